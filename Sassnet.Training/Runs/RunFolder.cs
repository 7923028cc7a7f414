using System.Globalization;
using Sassnet.Model.Files;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>A run on disk: <c>config.yaml</c> as resolved, <c>metrics.jsonl</c>, TensorBoard event files, <c>checkpoints/</c>, <c>start/</c>, <c>model/</c>.</summary>
public sealed class RunFolder
{
    private const string CheckpointExtension = ".safetensors";

    private RunFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The resolved configuration.</summary>
    public string ConfigFile => System.IO.Path.Combine(Path, "config.yaml");

    /// <summary>One JSON object a line.</summary>
    public string MetricsFile => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>The exported package.</summary>
    public string ModelFolder => System.IO.Path.Combine(Path, "model");

    /// <summary>The run's copy of the package whose weights it began with, if it did not begin with random ones.</summary>
    public string StartFolder => System.IO.Path.Combine(Path, "start");

    /// <summary>The checkpoint of the best mean Dice on the validation scans so far.</summary>
    public string BestCheckpoint => System.IO.Path.Combine(CheckpointFolder, "best" + CheckpointExtension);

    private string CheckpointFolder => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>Starts a run in a new or empty folder.</summary>
    /// <exception cref="InvalidConfigurationException">The folder holds a run already.</exception>
    public static RunFolder Create(string path, TrainingOptions options)
    {
        var run = new RunFolder(path);
        if (File.Exists(run.ConfigFile))
            throw new InvalidConfigurationException($"'{path}' holds a run already; continue it with --resume, or name another folder.");
        Directory.CreateDirectory(run.CheckpointFolder);
        run.Store(options);
        return run;
    }

    /// <summary>Opens a run that was started before.</summary>
    /// <exception cref="InvalidConfigurationException">There is no run in the folder.</exception>
    public static RunFolder Open(string path)
    {
        var run = new RunFolder(path);
        return File.Exists(run.ConfigFile) ? run : throw new InvalidConfigurationException($"'{path}' holds no run to resume: it has no config.yaml.");
    }

    /// <summary>Whether a folder holds a run.</summary>
    public static bool IsStarted(string path) => File.Exists(new RunFolder(path).ConfigFile);

    /// <summary>Writes the resolved configuration.</summary>
    public void Store(TrainingOptions options) => AtomicFile.WriteText(ConfigFile, TrainingOptionsFile.Write(options));

    /// <summary>The newest checkpoint, or null where there is none yet.</summary>
    public string? LatestCheckpoint() => Checkpoints().LastOrDefault();

    /// <summary>Where the checkpoint after a number of iterations goes.</summary>
    public string CheckpointAt(int iterations) =>
        System.IO.Path.Combine(CheckpointFolder, iterations.ToString("D7", CultureInfo.InvariantCulture) + CheckpointExtension);

    /// <summary>Deletes all checkpoints but the newest and the best.</summary>
    public void PruneCheckpoints(int keep)
    {
        foreach (var old in Checkpoints().SkipLast(keep))
            File.Delete(old);
    }

    private IEnumerable<string> Checkpoints() => Directory.Exists(CheckpointFolder)
        ? Directory.EnumerateFiles(CheckpointFolder, "*" + CheckpointExtension).Where(file => file != BestCheckpoint).Order(StringComparer.Ordinal)
        : [];
}
