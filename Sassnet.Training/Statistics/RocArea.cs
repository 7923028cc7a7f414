namespace Sassnet.Training.Statistics;

/// <summary>
/// The area under the receiver operating characteristic of a score that is to tell positive cases from negative ones: how likely a positive case, drawn by
/// chance, has a higher score than a negative one, equal scores counting half (Hanley and McNeil, Radiology 143, 1982). It is U / (positives × negatives) of
/// Mann and Whitney, taken from the ranks.
/// </summary>
public static class RocArea
{
    /// <summary>The area.</summary>
    /// <param name="positive">The scores of the positive cases, none NaN.</param>
    /// <param name="negative">Those of the negative ones.</param>
    /// <returns>0, always wrong, to 1, always right; 0.5 is chance. Null where one kind has no case.</returns>
    public static double? Of(IReadOnlyList<double> positive, IReadOnlyList<double> negative)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        if (positive.Count == 0 || negative.Count == 0)
            return null;
        var sum = MidRanks.Of([.. positive, .. negative]).Take(positive.Count).Sum();
        var least = positive.Count * (positive.Count + 1) / 2.0;
        return (sum - least) / ((double)positive.Count * negative.Count);
    }
}
