using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Runs;
using Sassnet.Training.Sweeps;

namespace Sassnet.Training.Comparison;

/// <summary>How far the runs of a sweep have come, read once: all tables of a comparison are of one moment, also where runs go on meanwhile.</summary>
public sealed class SweepProgress
{
    private readonly Dictionary<SweepRun, string?> _lacks;

    private SweepProgress(Sweep sweep, Dictionary<SweepRun, string?> lacks)
    {
        Sweep = sweep;
        _lacks = lacks;
    }

    /// <summary>The sweep.</summary>
    public Sweep Sweep { get; }

    /// <summary>Looks at all runs.</summary>
    /// <exception cref="InvalidConfigurationException">What a run says of itself is damaged.</exception>
    public static SweepProgress Read(Sweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        return new SweepProgress(sweep, sweep.Runs.ToDictionary(run => run, run => Lack(sweep.FolderOf(run))));
    }

    /// <summary>What a run lacks to be compared; null for nothing.</summary>
    public string? LackOf(SweepRun run) => _lacks[run];

    /// <summary>The labels of a sweep that trains several, ascending, of which a run that is measured has figures; none where it trains one, or nothing is measured yet.</summary>
    public IReadOnlyList<byte> MeasuredLabels() =>
        [.. Sweep.Runs.Where(run => LackOf(run) is null).SelectMany(run => LabelFolder.In(EvaluationOf(run))).Distinct().Order()];

    /// <summary>The folder of a run's evaluation.</summary>
    internal string EvaluationOf(SweepRun run) => Path.Combine(Sweep.FolderOf(run), RunFolder.EvaluationName);

    private static string? Lack(string folder) => !RunFolder.IsStarted(folder) ? "not started" : RunOutcome.Read(folder) switch
    {
        null => $"no {RunOutcome.FileName}",
        { } outcome => RunLack.Of(outcome, "train --sweep --resume"),
    };
}
