namespace Sassnet.Training.Statistics;

/// <summary>
/// Spearman's rank correlation (The American Journal of Psychology 15, 1904): Pearson's correlation of the ranks. Equal values share their mean rank, so that
/// it is right with ties too, where the short formula of squared rank differences is not.
/// </summary>
public static class RankCorrelation
{
    // Any two cases lie on a line.
    private const int Fewest = 3;

    /// <summary>How far the two grow together.</summary>
    /// <param name="first">One value per case, none NaN.</param>
    /// <param name="second">One value per case, in the same order, none NaN.</param>
    /// <returns>−1, always against each other, to 1, always together; null for fewer than three cases, and where all values of one kind are equal.</returns>
    public static double? Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Count, first.Count);
        if (first.Count < Fewest)
            return null;

        // Ties keep the mean rank as it is.
        var mean = (first.Count + 1) / 2.0;
        var (a, b) = (Array.ConvertAll(MidRanks.Of(first), rank => rank - mean), Array.ConvertAll(MidRanks.Of(second), rank => rank - mean));
        var (varianceA, varianceB) = (a.Sum(rank => rank * rank), b.Sum(rank => rank * rank));
        return varianceA == 0 || varianceB == 0 ? null : a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(varianceA * varianceB);
    }
}
