using Sassnet.Model.Wording;
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
        var told = sweep.Runs.ToDictionary(run => run, run => Told(sweep.FolderOf(run)));

        // A sweep's settings are for methods and numbers of labels, so that seeds and folds of one are of one length until some of them are extended.
        var longest = sweep.Runs.GroupBy(OfOneLength).ToDictionary(group => group.Key, group => group.Max(run => told[run].Measured));
        return new SweepProgress(sweep, sweep.Runs.ToDictionary(run => run, run => told[run].Lack ?? Shorter(told[run].Measured, longest[OfOneLength(run)])));
    }

    /// <summary>What a run lacks to be compared; null for nothing.</summary>
    public string? LackOf(SweepRun run) => _lacks[run];

    /// <summary>The labels of a sweep that trains several, ascending, of which a run that is measured has figures; none where it trains one, or nothing is measured yet.</summary>
    public IReadOnlyList<byte> MeasuredLabels() =>
        [.. Sweep.Runs.Where(run => LackOf(run) is null).SelectMany(run => LabelFolder.In(EvaluationOf(run))).Distinct().Order()];

    /// <summary>The folder of a run's evaluation.</summary>
    internal string EvaluationOf(SweepRun run) => Path.Combine(Sweep.FolderOf(run), RunFolder.EvaluationName);

    private static (string Method, int Labels) OfOneLength(SweepRun run) => (run.Method, run.Labels);

    // What a run lacks by itself, and after how many iterations it is measured, 0 where it is not.
    private static (string? Lack, int Measured) Told(string folder)
    {
        if (!RunFolder.IsStarted(folder))
            return ("not started", 0);
        if (RunOutcome.Read(folder) is not { } outcome)
            return ($"no {RunOutcome.FileName}", 0);
        var lack = RunLack.Of(outcome, "train --sweep --resume");
        return (lack, lack is null ? outcome.Iterations : 0);
    }

    private static string? Shorter(int own, int most) => own == most ? null
        : FormattableString.Invariant($"measured after {Counted.Of(own, "iteration")}, and others of its method after {most}; 'train --sweep --resume --set iterations={most}' extends it");
}
