using Sassnet.Model.Files;
using Sassnet.Model.Results;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Segmentation;

/// <summary>
/// Where <c>segment</c> writes: <c>report.csv</c>, and a folder per case with a file per output. What it does not know to have written there itself, by the row of
/// the case or by <see cref="UnfinishedCase"/>, it leaves alone.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private const string LockName = ".segment.lock";

    // In the folder itself and in those of cases, whatever else lies below and whoever may look into it.
    private static readonly EnumerationOptions OwnFolders = new() { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true, AttributesToSkip = 0 };

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

    /// <summary>Whether a case was segmented in the same way before, and all that is asked for and can be made of it is there.</summary>
    public bool IsWhole(string name, CaseIdentity identity)
    {
        if (Report.Find(name) is not { Found: { } found } row || !row.Identity.IsSameAs(identity))
            return false;
        var made = MadeHere(name);
        return _outputs.All(output => made.Contains(output) || (output == CaseOutput.DicomParametricMap && found.Warnings.Split(' ').Contains(OutputLeftOut.Slug)));
    }

    /// <summary>What there is of a case and was made here: its row says so, or what a call that was killed has left.</summary>
    public IReadOnlyList<CaseOutput> MadeHere(string name) => [.. Claimed(name).Where(output => File.Exists(PathOf(name, output)))];

    /// <summary>Refuses to do cases of which there is what was not made here: it would be replaced or deleted, or pass for a part of the result.</summary>
    /// <exception cref="InvalidConfigurationException">There is such a file.</exception>
    public void RequireOwn(IReadOnlyCollection<string> names)
    {
        var others = names.SelectMany(name => CaseOutput.All.Except(Claimed(name)).Select(output => PathOf(name, output))).Where(Path.Exists).ToList();
        if (others.Count > 0)
        {
            throw new InvalidConfigurationException(
                $"'{others[0]}' lies where a result is to go, and {SegmentReport.FileName} does not say that it was made here ({Counted.Of(others.Count, "such file")} in '{_folder}'); "
                + $"accepted: an --output without such files. Choose another one, or move {(others.Count == 1 ? "the file" : "the files")} away.");
        }
    }

    /// <summary>
    /// Takes the error out of the row of a case that is whole: what could not be made once is not asked for now. Takes in what a call made besides that was killed
    /// before it had the row.
    /// </summary>
    public void Settle(string name)
    {
        var (row, made) = (Report.Find(name)!, MadeHere(name));
        if (row.Error.Length > 0 || made.Except(row.Outputs).Any())
            Report.Set(row with { Outputs = [.. row.Outputs.Union(made)], Error = "" });
        UnfinishedCase.End(FolderOf(name));
    }

    /// <summary>
    /// Takes away what another model, other options or another scan of the same name have left. Asked for once there is something to take its place, or what is there is
    /// known to be of another scan.
    /// </summary>
    /// <exception cref="InvalidConfigurationException">There is what was not made here.</exception>
    public void Prepare(string name, CaseIdentity identity)
    {
        RequireOwn([name]);
        if (Report.Find(name) is { Found: not null } row && row.Identity.IsSameAs(identity))
            return;

        // The row before the results, which are taken for none without it; and before the row what says without it that they were made here.
        if (MadeHere(name).Count > 0)
            Begin(name);
        Report.Remove(name);
        Clear(name);
    }

    /// <summary>Says beside the files of a case that they are made here, until <see cref="Record"/> says it in the report.</summary>
    public void Begin(string name) => UnfinishedCase.Begin(FolderOf(name), MadeHere(name).Union(_outputs));

    /// <summary>Writes a file of a case that was begun, whole or not at all.</summary>
    public void Write(string name, CaseOutput output, Action<Stream> write) => AtomicFile.Write(PathOf(name, output), write);

    /// <summary>Takes the row of a case that has ended into the report.</summary>
    public void Record(ReportRow row)
    {
        Report.Set(row);
        UnfinishedCase.End(FolderOf(row.Case));
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
        HashSet<string> written = [.. CaseOutput.All.Select(output => output.FileName), SegmentReport.FileName, UnfinishedCase.FileName];
        foreach (var path in Directory.EnumerateFiles(_folder, $"*{AtomicFile.TemporaryExtension}", OwnFolders).ToList())
        {
            if (AtomicFile.UnfinishedOf(Path.GetFileName(path)) is { } whole && written.Contains(whole))
                File.Delete(path);
        }
    }

    private void Clear(string name)
    {
        foreach (var output in MadeHere(name))
            File.Delete(PathOf(name, output));
        UnfinishedCase.End(FolderOf(name));
        var own = new DirectoryInfo(FolderOf(name));
        if (own.Exists && !own.EnumerateFileSystemInfos().Any())
            own.Delete();
    }

    private IEnumerable<CaseOutput> Claimed(string name) =>
        CaseOutput.All.Intersect((Report.Find(name)?.Outputs ?? []).Union(UnfinishedCase.Outputs(FolderOf(name))));

    private string FolderOf(string name) => Path.Combine(_folder, name);

    private string PathOf(string name, CaseOutput output) => Path.Combine(_folder, name, output.FileName);
}
