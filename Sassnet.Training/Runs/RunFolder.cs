using System.Globalization;
using Sassnet.Model.Files;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.TensorBoard;

namespace Sassnet.Training.Runs;

/// <summary>A run on disk: <c>config.yaml</c> as resolved, <c>metrics.jsonl</c>, <c>summary.json</c>, <c>scans.json</c>, TensorBoard event files, <c>checkpoints/</c>, <c>start/</c>, <c>model/</c>.</summary>
public sealed class RunFolder
{
    /// <summary>The name of <see cref="EvaluationFolder"/> in any run's folder.</summary>
    public const string EvaluationName = "evaluation";

    private const string CheckpointExtension = ".safetensors";
    private const string StartName = "start";

    private RunFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The resolved configuration.</summary>
    public string ConfigFile => System.IO.Path.Combine(Path, "config.yaml");

    /// <summary>One JSON object a line.</summary>
    public string MetricsFile => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>Where the exported package is proposed to go.</summary>
    public string ModelFolder => System.IO.Path.Combine(Path, "model");

    /// <summary>Where the package's measurement goes.</summary>
    public string EvaluationFolder => System.IO.Path.Combine(Path, EvaluationName);

    /// <summary>The run's copy of the package whose weights it began with, if it did not begin with random ones.</summary>
    public string StartFolder => System.IO.Path.Combine(Path, StartName);

    /// <summary>The network of the best mean Dice on the validation scans so far; to export, not to go on from.</summary>
    public string BestCheckpoint => System.IO.Path.Combine(CheckpointFolder, "best" + CheckpointExtension);

    /// <summary>Whether an iteration was done.</summary>
    public bool HasMetrics => File.Exists(MetricsFile) && new FileInfo(MetricsFile).Length > 0;

    private string CheckpointFolder => System.IO.Path.Combine(Path, "checkpoints");

    private string OutcomeFile => System.IO.Path.Combine(Path, RunOutcome.FileName);

    private string ScansFile => System.IO.Path.Combine(Path, RunScans.FileName);

    /// <summary>Starts a run in a folder that holds nothing of one; where that fails, nothing of it stays.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">The resolved configuration.</param>
    /// <param name="start">The package whose weights it begins with, which is copied; null for random ones.</param>
    /// <exception cref="InvalidConfigurationException">The folder holds a run already, or something in the place of what a run writes.</exception>
    public static RunFolder Create(string path, TrainingOptions options, ModelPackage? start = null)
    {
        RequireNone(path);
        var run = new RunFolder(path);
        try
        {
            Directory.CreateDirectory(run.CheckpointFolder);
            run.ClearUnfinishedStart();
            if (start is not null)
                run.Keep(start);

            // Last, since a folder with a configuration is a run.
            run.Store(options);
        }
        catch
        {
            run.Discard();
            throw;
        }

        return run;
    }

    /// <summary>Opens a run that was started before, and changes nothing: it may be in training.</summary>
    /// <exception cref="InvalidConfigurationException">There is no run in the folder.</exception>
    public static RunFolder Open(string path) =>
        IsStarted(path) ? new RunFolder(path) : throw new InvalidConfigurationException($"'{path}' holds no run: it has no config.yaml.");

    /// <summary>The folder as the processes beside the first know it, which read at the most: it may not be there yet.</summary>
    internal static RunFolder Beside(string path) => new(path);

    /// <summary>Whether a folder holds a run.</summary>
    public static bool IsStarted(string path) => File.Exists(new RunFolder(path).ConfigFile);

    /// <summary>Throws where a folder holds a run, or anything in the place of what a run writes.</summary>
    /// <exception cref="InvalidConfigurationException">It does.</exception>
    public static void RequireNone(string path)
    {
        if (IsStarted(path))
            throw new InvalidConfigurationException($"'{path}' holds a run already; go on with it by --resume (and with a finished one by --set iterations=MORE), or name another folder.");

        // A new run would go on from these, begin with them or be published by them, and a failed start would delete them.
        if (new RunFolder(path).Written() is { } written)
        {
            throw new InvalidConfigurationException(
                $"'{path}' has no config.yaml, but {System.IO.Path.GetRelativePath(path, written)}, perhaps of a run whose config.yaml went; accepted: another folder, or one without what a run writes: "
                + $"checkpoints, {StartName}, model, {EvaluationName}, metrics.jsonl, {RunOutcome.FileName}, {RunScans.FileName} and {EventFileWriter.FilePattern}.");
        }
    }

    /// <summary>
    /// Clears away what a crash left half-written. For who goes on with the run, and nobody who reads it: of a run in training that is the checkpoint being written.
    /// </summary>
    public void ClearUnfinished()
    {
        foreach (var folder in new[] { Path, CheckpointFolder }.Where(Directory.Exists))
        {
            foreach (var unfinished in Directory.EnumerateFiles(folder, "*" + AtomicFile.TemporaryExtension))
                File.Delete(unfinished);
        }
    }

    /// <summary>Writes the resolved configuration.</summary>
    public void Store(TrainingOptions options) => AtomicFile.WriteText(ConfigFile, TrainingOptionsFile.Write(options));

    /// <summary>Deletes a run that never did an iteration; of the folder nothing else.</summary>
    public void Discard()
    {
        // Where it could not even be made there is nothing to delete, and why is what is to be said.
        if (!Directory.Exists(Path))
            return;

        // In this order, since it may be killed in between: until its configuration goes it is a run that begins anew with all it needs for that, and then none.
        File.Delete(MetricsFile);
        File.Delete(OutcomeFile);
        File.Delete(ScansFile);
        foreach (var events in EventFiles())
            File.Delete(events);
        File.Delete(ConfigFile);
        foreach (var folder in new[] { CheckpointFolder, StartFolder }.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        ClearUnfinishedStart();
        File.Delete(System.IO.Path.Combine(Path, RunClaim.FileName));
        if (!Directory.EnumerateFileSystemEntries(Path).Any())
            Directory.Delete(Path);
    }

    /// <summary>What the best checkpoint says of itself; null where there is none.</summary>
    public CheckpointMetadata? Best() => File.Exists(BestCheckpoint) ? CheckpointMetadata.Read(BestCheckpoint) : null;

    /// <summary>The newest checkpoint, or null where there is none yet.</summary>
    public string? LatestCheckpoint() => Checkpoints().LastOrDefault();

    /// <summary>How many iterations are done, by the newest checkpoint: 0 where there is none yet.</summary>
    public int IterationsDone() => LatestCheckpoint() is { } latest ? CheckpointMetadata.Read(latest).Iterations : 0;

    /// <summary>Where the checkpoint after a number of iterations goes.</summary>
    public string CheckpointAt(int iterations) =>
        System.IO.Path.Combine(CheckpointFolder, iterations.ToString("D7", CultureInfo.InvariantCulture) + CheckpointExtension);

    /// <summary>Deletes all checkpoints but the newest and the best.</summary>
    public void PruneCheckpoints(int keep)
    {
        foreach (var old in Checkpoints().SkipLast(keep))
            File.Delete(old);
    }

    // Under another name until it is whole, so that a start that is killed meanwhile can be repeated.
    private void Keep(ModelPackage start)
    {
        var unfinished = $"{StartFolder}.{Guid.NewGuid():N}{AtomicFile.TemporaryExtension}";
        start.CopyTo(unfinished);
        Directory.Move(unfinished, StartFolder);
    }

    private void ClearUnfinishedStart()
    {
        foreach (var unfinished in Directory.EnumerateDirectories(Path).Where(folder => AtomicFile.UnfinishedOf(System.IO.Path.GetFileName(folder)) == StartName))
            Directory.Delete(unfinished, recursive: true);
    }

    // The first of what a run writes that is there; null where nothing is. An empty folder is nothing, but for the one that the package is moved to.
    private string? Written()
    {
        var within = new[] { CheckpointFolder, ModelFolder, EvaluationFolder }.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFileSystemEntries(folder));
        var themselves = new[] { StartFolder, MetricsFile, OutcomeFile, ScansFile }.Where(System.IO.Path.Exists);
        return within.Concat(themselves).Concat(EventFiles()).FirstOrDefault();
    }

    private IEnumerable<string> EventFiles() => Directory.Exists(Path) ? Directory.EnumerateFiles(Path, EventFileWriter.FilePattern) : [];

    // By their numbers alone: a copy of the best one, or whatever else people keep there, is neither the newest nor one too many.
    private IEnumerable<string> Checkpoints() => Directory.Exists(CheckpointFolder)
        ? Directory.EnumerateFiles(CheckpointFolder, "*" + CheckpointExtension)
            .Where(file => System.IO.Path.GetFileNameWithoutExtension(file).All(char.IsAsciiDigit)).Order(StringComparer.Ordinal)
        : [];
}
