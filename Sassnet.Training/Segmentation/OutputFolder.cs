using Sassnet.Model.Files;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Segmentation;

/// <summary>Where <c>segment</c> writes: <c>report.csv</c>, and a folder per case with a file per output.</summary>
/// <param name="folder">The folder.</param>
/// <param name="outputs">What is asked for.</param>
internal sealed class OutputFolder(string folder, IReadOnlyList<CaseOutput> outputs)
{
    /// <summary>The report.</summary>
    public SegmentReport Report { get; } = SegmentReport.Open(Opened(folder));

    /// <summary>Refuses a folder in which results would be found as scans by the next call.</summary>
    /// <exception cref="InvalidConfigurationException">It is the input folder or lies in it.</exception>
    public static void RequireOutside(string input, string output)
    {
        var relative = Path.GetRelativePath(input, output);
        if (!Path.IsPathRooted(relative) && relative.Split(Path.DirectorySeparatorChar)[0] != "..")
            throw new InvalidConfigurationException($"--output is '{output}', which is in --input; accepted: a folder outside '{input}'.");
    }

    /// <summary>Whether a case was segmented in the same way before, and all that is asked for is there.</summary>
    public bool IsWhole(string name, CaseIdentity identity) =>
        Report.Find(name) is { Found: not null } row && row.Identity == identity && outputs.All(output => File.Exists(PathOf(name, output)));

    /// <summary>Takes away what another model, other options or another scan of the same name have left.</summary>
    public void Prepare(string name, CaseIdentity identity)
    {
        if (Report.Find(name) is { Found: not null } row && row.Identity == identity)
            return;

        // The row first: results without a row are taken for none.
        Report.Remove(name);
        Clear(name);
    }

    /// <summary>Takes away what there is of a case.</summary>
    public void Clear(string name)
    {
        foreach (var path in CaseOutput.All.Select(output => PathOf(name, output)).Where(File.Exists))
            File.Delete(path);
        var own = new DirectoryInfo(Path.Combine(folder, name));
        if (own.Exists && !own.EnumerateFileSystemInfos().Any())
            own.Delete();
    }

    /// <summary>Writes a file of a case, whole or not at all.</summary>
    public void Write(string name, CaseOutput output, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.Combine(folder, name));
        AtomicFile.Write(PathOf(name, output), write);
    }

    // What a crash left half-written is cleared away.
    private static string Opened(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var unfinished in CaseOutput.All.Select(output => output.FileName).Append(SegmentReport.FileName)
            .SelectMany(name => Directory.EnumerateFiles(folder, $"{name}.*{AtomicFile.TemporaryExtension}", SearchOption.AllDirectories)))
            File.Delete(unfinished);
        return folder;
    }

    private string PathOf(string name, CaseOutput output) => Path.Combine(folder, name, output.FileName);
}
