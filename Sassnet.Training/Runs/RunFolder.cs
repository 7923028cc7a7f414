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
    public string StartFolder => System.IO.Path.Combine(Path, "start");

    /// <summary>The network of the best mean Dice on the validation scans so far; to export, not to go on from.</summary>
    public string BestCheckpoint => System.IO.Path.Combine(CheckpointFolder, "best" + CheckpointExtension);

    /// <summary>Whether an iteration was done.</summary>
    public bool HasMetrics => File.Exists(MetricsFile) && new FileInfo(MetricsFile).Length > 0;

    private string CheckpointFolder => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>Starts a run in a new or empty folder; where that fails, nothing of it stays.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">The resolved configuration.</param>
    /// <param name="start">The package whose weights it begins with, which is copied; null for random ones.</param>
    /// <exception cref="InvalidConfigurationException">The folder holds a run already.</exception>
    public static RunFolder Create(string path, TrainingOptions options, ModelPackage? start = null)
    {
        RequireNone(path);
        var run = new RunFolder(path);
        try
        {
            Directory.CreateDirectory(run.CheckpointFolder);
            start?.CopyTo(run.StartFolder);

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

    /// <summary>Throws where a folder holds a run, or the checkpoints of one.</summary>
    /// <exception cref="InvalidConfigurationException">It does.</exception>
    public static void RequireNone(string path)
    {
        if (IsStarted(path))
            throw new InvalidConfigurationException($"'{path}' holds a run already; go on with it by --resume (and with a finished one by --set iterations=MORE), or name another folder.");

        // A new run would go on from these, and a failed start would delete them.
        var checkpoints = new RunFolder(path).CheckpointFolder;
        if (Directory.Exists(checkpoints) && Directory.EnumerateFileSystemEntries(checkpoints).FirstOrDefault() is { } entry)
            throw new InvalidConfigurationException($"'{path}' has no config.yaml, but {System.IO.Path.GetRelativePath(path, entry)}, perhaps of a run whose config.yaml went; accepted: another folder, or one without checkpoints.");
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
        File.Delete(ConfigFile);
        File.Delete(MetricsFile);
        File.Delete(System.IO.Path.Combine(Path, RunOutcome.FileName));
        File.Delete(System.IO.Path.Combine(Path, RunScans.FileName));
        File.Delete(System.IO.Path.Combine(Path, RunClaim.FileName));
        foreach (var folder in new[] { CheckpointFolder, StartFolder }.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        foreach (var events in Directory.EnumerateFiles(Path, EventFileWriter.FilePattern))
            File.Delete(events);
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

    // By their numbers alone: a copy of the best one, or whatever else people keep there, is neither the newest nor one too many.
    private IEnumerable<string> Checkpoints() => Directory.Exists(CheckpointFolder)
        ? Directory.EnumerateFiles(CheckpointFolder, "*" + CheckpointExtension)
            .Where(file => System.IO.Path.GetFileNameWithoutExtension(file).All(char.IsAsciiDigit)).Order(StringComparer.Ordinal)
        : [];
}
