using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Comparison;

/// <summary>What a run lacks to be compared: its evaluation has to be of the run as it is, and a run that goes on leaves the one from before where it was.</summary>
internal static class RunLack
{
    /// <summary>What it lacks by what it says of itself; null for nothing.</summary>
    /// <param name="outcome">What it says of itself.</param>
    /// <param name="measuring">The command that measures it.</param>
    public static string? Of(RunOutcome outcome, string measuring) => outcome.State switch
    {
        RunState.Evaluated => null,
        RunState.Trained => $"trained, but not measured; '{measuring}' does it",
        RunState.Training => Saved("begun", outcome),
        RunState.Failed => Saved("failed", outcome),
        _ => Saved("stopped", outcome),
    };

    /// <summary>Throws where a folder is a run whose evaluation may be of what it was before it went on.</summary>
    /// <param name="folder">A run's folder; of any other, and of a run of an earlier version, which does not say how far it is, nothing is asked.</param>
    /// <exception cref="InvalidConfigurationException">It is one.</exception>
    public static void RequireNone(string folder)
    {
        if (!RunFolder.IsStarted(folder) || RunOutcome.Read(folder) is not { } outcome || Of(outcome, "train --resume --evaluate") is not { } lack)
            return;
        var run = RunFolder.Open(folder);
        if (!IsMeasuredByHand(run, outcome))
            throw new InvalidConfigurationException($"The run '{folder}' is not measured as it is now ({lack}); accepted: one that is, or '{run.EvaluationFolder}', what was measured of it before, by itself.");
    }

    // 'export' and 'evaluate', which a run that is done names where it was not to measure itself, leave what it says of itself as it was.
    private static bool IsMeasuredByHand(RunFolder run, RunOutcome outcome) =>
        outcome.Iterations >= outcome.OfIterations && RunPackage.IsMeasured(run, (package, _) => RunPackage.IsOfNow(run, package));

    private static string Saved(string state, RunOutcome outcome) =>
        $"{state}, {outcome.Iterations} of {Counted.Of(outcome.OfIterations, "iteration")} saved{(outcome.Failure is null ? "" : $": {outcome.Failure}")}";
}
