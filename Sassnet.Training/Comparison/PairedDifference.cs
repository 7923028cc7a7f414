using Sassnet.Training.Statistics;

namespace Sassnet.Training.Comparison;

/// <summary>How a run's Dice differs from another's, case by case.</summary>
/// <param name="Mean">The mean difference; positive where the run is better.</param>
/// <param name="Interval">Its 95 % bootstrap interval over cases; null for fewer than two.</param>
/// <param name="Wins">Cases in which the run is better.</param>
/// <param name="Losses">Cases in which it is worse.</param>
/// <param name="P">Two-sided, exact: <see cref="WilcoxonSignedRank"/>.</param>
public sealed record PairedDifference(double Mean, Interval? Interval, int Wins, int Losses, double P)
{
    /// <summary>Compares two runs on the same cases.</summary>
    /// <param name="run">The run that is asked about.</param>
    /// <param name="reference">The run it is compared with.</param>
    public static PairedDifference Of(EvaluatedRun run, EvaluatedRun reference)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(reference);
        var differences = run.Dice.Zip(reference.Dice, (a, b) => a - b).ToArray();

        // Of means over seeds the rest is rounding, which the test leaves out too.
        var signs = Array.ConvertAll(differences, difference => Math.Sign(Math.Round(difference, WilcoxonSignedRank.Decimals)));
        return new PairedDifference(
            differences.Average(),
            Bootstrap.OfMean(differences),
            signs.Count(sign => sign > 0),
            signs.Count(sign => sign < 0),
            WilcoxonSignedRank.TwoSidedP(differences));
    }
}
