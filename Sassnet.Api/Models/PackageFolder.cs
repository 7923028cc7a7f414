using Microsoft.Extensions.Options;
using Sassnet.Model.Files;
using Sassnet.Model.Packages;

namespace Sassnet.Api.Models;

/// <summary>
/// The folder whose subfolders are model packages, as it is on the disk at the moment. Names that begin with a dot are passed over: in such a folder a package is
/// put together before it gets its name, and one such file says which model is the default.
/// </summary>
internal sealed class PackageFolder(IOptions<ModelsOptions> options)
{
    private const string DefaultFile = ".default";

    /// <summary>Where it is.</summary>
    public string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, options.Value.Folder);

    /// <summary>
    /// The packages by the names of their folders, each with a text that changes when one of its files does, by size and time: nothing is read. A folder without
    /// a manifest is none yet.
    /// </summary>
    /// <exception cref="IOException">The folder is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public SortedDictionary<string, string> Look()
    {
        var packages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in new DirectoryInfo(Path).EnumerateDirectories().Where(folder => !folder.Name.StartsWith('.')))
        {
            try
            {
                if (Stamp(folder, ModelPackage.ManifestFile) is { } manifest)
                    packages[folder.Name] = $"{Target(folder)} {manifest} {Weights(folder)} {Stamp(folder, PackageEvaluation.FileName)}";
            }
            catch (IOException)
            {
                // Taken away at this very moment.
            }
        }

        return packages;
    }

    /// <summary>Opens a package: its files are read.</summary>
    /// <param name="name">The name of its folder.</param>
    /// <inheritdoc cref="ModelPackage.Open"/>
    public ModelPackage Open(string name) => ModelPackage.Open(System.IO.Path.Combine(Path, name));

    /// <summary>The default that was chosen while a service ran, <c>name</c> or <c>name@version</c>; null where none was.</summary>
    public string? ReadDefault()
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Combine(Path, DefaultFile)).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps the default for the next start, and for other services of the same folder. Returns whether that could be done: the folder may be for reading only.</summary>
    public bool TryWriteDefault(string reference)
    {
        try
        {
            AtomicFile.WriteText(System.IO.Path.Combine(Path, DefaultFile), reference + "\n");
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Of one member or several, as many as lie there.
    private static string Weights(DirectoryInfo folder) => string.Join(' ', Enumerable.Range(0, int.MaxValue)
        .Select(member => Stamp(folder, ModelPackage.WeightsFileOf(member)))
        .TakeWhile((stamp, member) => member == 0 || stamp is not null));

    private static string? Stamp(DirectoryInfo folder, string name)
    {
        var file = new FileInfo(System.IO.Path.Combine(folder.FullName, name));
        if (!file.Exists)
            return null;
        try
        {
            var stamp = FileStamp.Of(file.FullName);
            return FormattableString.Invariant($"{Target(file)} {stamp.Bytes} {stamp.ModifiedUtc.Ticks}");
        }
        catch (FileNotFoundException)
        {
            // A link that leads nowhere is there too.
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            // It is there: why it cannot be read is told when the package is opened.
            return $"{Target(file)}";
        }
    }

    // A name alone: a link that leads to another file changes it though that one be as long and as old.
    private static FileSystemInfo Target(FileSystemInfo link) => link.LinkTarget is null ? link : link.ResolveLinkTarget(returnFinalTarget: true) ?? link;
}
