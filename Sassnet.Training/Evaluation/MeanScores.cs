using Sassnet.Training.Statistics;

namespace Sassnet.Training.Evaluation;

/// <summary>Means over the cases of an evaluation.</summary>
/// <param name="Dice">Mean over all cases, an empty prediction counting 0.</param>
/// <param name="Jaccard">The same.</param>
/// <param name="Hd95">Mean in voxels over the cases with a prediction; null where there is none.</param>
/// <param name="Asd">The same.</param>
/// <param name="Hd95Mm">Mean in millimetres over the cases with a prediction whose voxel size is known; null where there is none.</param>
/// <param name="AsdMm">The same.</param>
/// <param name="Empty">How many cases have an empty prediction: their distances are not defined, and are not counted as good.</param>
/// <param name="Intervals">How sure the means are.</param>
public record MeanScores(
    double Dice, double Jaccard, double? Hd95, double? Asd, double? Hd95Mm, double? AsdMm, int Empty, MeanIntervals Intervals)
{
    /// <summary>Takes the means.</summary>
    /// <param name="scores">One per case, at least one.</param>
    public static MeanScores Of(IReadOnlyCollection<MaskScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var predicted = scores.Where(score => !score.Empty).ToList();
        var (dice, diceInterval) = Mean([.. scores.Select(score => score.Dice)]);
        var (jaccard, jaccardInterval) = Mean([.. scores.Select(score => score.Jaccard)]);
        var (hd95, hd95Interval) = Mean([.. predicted.Select(score => score.Hd95)]);
        var (asd, asdInterval) = Mean([.. predicted.Select(score => score.Asd)]);
        var (hd95Mm, hd95MmInterval) = Mean([.. predicted.Select(score => score.Hd95Mm).OfType<double>()]);
        var (asdMm, asdMmInterval) = Mean([.. predicted.Select(score => score.AsdMm).OfType<double>()]);
        var intervals = new MeanIntervals(diceInterval, jaccardInterval, hd95Interval, asdInterval, hd95MmInterval, asdMmInterval);
        return new MeanScores(dice ?? 0, jaccard ?? 0, hd95, asd, hd95Mm, asdMm, scores.Count - predicted.Count, intervals);
    }

    private static (double? Mean, Interval? Interval) Mean(double[] values) =>
        values.Length > 0 ? (values.Average(), Bootstrap.OfMean(values)) : (null, null);
}

/// <summary>95 % bootstrap intervals of means; null where fewer than two cases count. See <see cref="Bootstrap"/>.</summary>
/// <param name="Dice">0 to 1.</param>
/// <param name="Jaccard">0 to 1.</param>
/// <param name="Hd95">In voxels.</param>
/// <param name="Asd">In voxels.</param>
/// <param name="Hd95Mm">In millimetres.</param>
/// <param name="AsdMm">In millimetres.</param>
public sealed record MeanIntervals(Interval? Dice, Interval? Jaccard, Interval? Hd95, Interval? Asd, Interval? Hd95Mm, Interval? AsdMm);
