using System.Text.Json;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Publishing;

/// <summary>The folder that a service takes its models from: a folder per published version, <c>NAME@VERSION</c>. Versions of a name lie side by side.</summary>
/// <param name="path">The folder; made where it is missing.</param>
public sealed class ModelsFolder(string path)
{
    /// <summary>
    /// Publishes a package: copied under a name that begins with a dot, which the service passes over, checked there, and renamed, so that it is there whole
    /// or not at all. What is published never changes: the same once more is left alone, another of the same name and version, however that is spelled, is refused.
    /// </summary>
    /// <param name="package">The package.</param>
    /// <param name="evaluation">How well it does, to lie beside it; null for none.</param>
    /// <returns>The published package's folder, and whether it was there already.</returns>
    /// <exception cref="InvalidPackageException">The folder has this version with other bytes, or something else in its place.</exception>
    public (string Folder, bool WasThere) Publish(ModelPackage package, PackageEvaluation? evaluation)
    {
        ArgumentNullException.ThrowIfNull(package);
        evaluation?.RequireOf(package);
        Directory.CreateDirectory(path);
        var target = Path.Combine(path, package.Identifier);

        // Looked at first: what somebody else publishes from here on is found, or met by the renaming.
        var isTaken = Directory.Exists(target) || File.Exists(target);
        if (Find(package.Identifier) is { } published)
            return (RequireSame(published, package, evaluation), true);
        if (isTaken)
            throw new InvalidPackageException($"'{target}' is there and is not {package.Identifier}; nothing was published. Move it away, or publish another version.");

        var temporary = Path.Combine(path, $".{package.Identifier}.{Guid.NewGuid():N}.tmp");
        try
        {
            package.CopyTo(temporary);
            evaluation?.Write(temporary);
            ModelPackage.Open(temporary);
            Directory.Move(temporary, target);
            return (target, false);
        }
        catch (IOException) when (Directory.Exists(target) && Directory.Exists(temporary))
        {
            // Somebody else was faster.
            return (RequireSame(target, package, evaluation), true);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    // By what packages say they are: the service goes by that too, whatever their folders are called. Folders may have a version in two spellings, put there by hand.
    private string? Find(string identifier) => Directory.EnumerateDirectories(path)
        .Where(folder => !Path.GetFileName(folder).StartsWith('.'))
        .Select(folder => (Folder: folder, Identifier: Identifier(folder)))
        .Where(there => there.Identifier is not null && ManifestRules.AreOfOneVersion(there.Identifier, identifier))
        .OrderByDescending(there => there.Identifier == identifier)
        .ThenBy(there => there.Folder, StringComparer.Ordinal)
        .Select(there => there.Folder)
        .FirstOrDefault();

    // A damaged package elsewhere in the folder is nothing of this one's.
    private static string? Identifier(string folder)
    {
        try
        {
            var manifest = Path.Combine(folder, ModelPackage.ManifestFile);
            if (!File.Exists(manifest))
                return null;
            using var json = JsonDocument.Parse(File.ReadAllText(manifest));
            return $"{json.RootElement.GetProperty("name").GetString()}@{json.RootElement.GetProperty("version").GetString()}";
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string RequireSame(string published, ModelPackage package, PackageEvaluation? evaluation)
    {
        var there = ModelPackage.Open(published);
        if (there.Identifier != package.Identifier)
        {
            throw new InvalidPackageException(
                $"{package.Identifier} is published already in '{published}', as {there.Identifier}, which is the same version. A published version never changes: give this one another with --version, or another name with --name.");
        }

        var other = there.Manifest.Sha256 != package.Manifest.Sha256 ? $"weights: {there.Manifest.Sha256} there, {package.Manifest.Sha256} here"
            : !there.HasManifestOf(package) ? $"{ModelPackage.ManifestFile}, with the same weights"
            : PackageEvaluation.Read(published)?.Text != evaluation?.Text ? $"{PackageEvaluation.FileName}, with the same package"
            : null;
        return other is null ? published : throw new InvalidPackageException(
            $"{package.Identifier} is published already in '{published}', with another {other}. A published version never changes: give this one another with --version, or another name with --name.");
    }
}
