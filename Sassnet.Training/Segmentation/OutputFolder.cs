using Sassnet.Model.Files;
using Sassnet.Model.Results;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Segmentation;

/// <summary>Where <c>segment</c> writes: <c>report.csv</c>, and a folder per case with a file per output.</summary>
internal sealed class OutputFolder : IDisposable
{
    private const string LockName = ".segment.lock";

    private readonly string _folder;
    private readonly IReadOnlyList<CaseOutput> _outputs;
    private readonly FileStream _lock;

    private OutputFolder(string folder, IReadOnlyList<CaseOutput> outputs, FileStream held)
    {
        (_folder, _outputs, _lock) = (folder, outputs, held);
        ClearUnfinished();
        Report = SegmentReport.Open(folder);
    }

    /// <summary>The report.</summary>
    public SegmentReport Report { get; }

    /// <summary>Opens the folder, which is made where it is missing, for one process at a time.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="outputs">What is asked for.</param>
    /// <exception cref="InvalidConfigurationException">Another process writes there, or the report in it cannot be read.</exception>
    public static OutputFolder Open(string folder, IReadOnlyList<CaseOutput> outputs)
    {
        Directory.CreateDirectory(folder);
        var held = Lock(folder);
        try
        {
            return new OutputFolder(folder, outputs, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a folder in which results would be found as scans by the next call.</summary>
    /// <exception cref="InvalidConfigurationException">It is the input folder or lies in it.</exception>
    public static void RequireOutside(string input, string output)
    {
        var relative = Path.GetRelativePath(input, output);
        if (!Path.IsPathRooted(relative) && relative.Split(Path.DirectorySeparatorChar)[0] != "..")
            throw new InvalidConfigurationException($"--output is '{output}', which is in --input; accepted: a folder outside '{input}'.");
    }

    /// <summary>Whether a case was segmented in the same way before, and all that is asked for and can be made of it is there.</summary>
    public bool IsWhole(string name, CaseIdentity identity) =>
        Report.Find(name) is { Found: { } found } row && row.Identity == identity && _outputs.All(output =>
            File.Exists(PathOf(name, output)) || (output == CaseOutput.DicomParametricMap && found.Warnings.Split(' ').Contains(OutputLeftOut.Slug)));

    /// <summary>Takes the error out of the row of a case that is whole: what could not be made once is not asked for now.</summary>
    public void Settle(string name)
    {
        if (Report.Find(name) is { Found: not null, Error.Length: > 0 } row)
            Report.Set(row with { Error = "" });
    }

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
        var own = new DirectoryInfo(Path.Combine(_folder, name));
        if (own.Exists && !own.EnumerateFileSystemInfos().Any())
            own.Delete();
    }

    /// <summary>Writes a file of a case, whole or not at all.</summary>
    public void Write(string name, CaseOutput output, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.Combine(_folder, name));
        AtomicFile.Write(PathOf(name, output), write);
    }

    /// <summary>Leaves the folder to others.</summary>
    public void Dispose() => _lock.Dispose();

    // Each process has the report whole and writes it whole: of two, one would write the other's rows away, and clear away its unfinished files.
    private static FileStream Lock(string folder)
    {
        var path = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException failure) when (File.Exists(path))
        {
            throw new InvalidConfigurationException($"Another process segments into '{folder}'; accepted: one at a time, or a folder for each.", failure);
        }
    }

    // What a crash left half-written.
    private void ClearUnfinished()
    {
        foreach (var unfinished in CaseOutput.All.Select(output => output.FileName).Append(SegmentReport.FileName)
            .SelectMany(name => Directory.EnumerateFiles(_folder, $"{name}.*{AtomicFile.TemporaryExtension}", SearchOption.AllDirectories)))
            File.Delete(unfinished);
    }

    private string PathOf(string name, CaseOutput output) => Path.Combine(_folder, name, output.FileName);
}
