namespace Sassnet.Training.Statistics;

/// <summary>
/// Wilcoxon's signed-rank test of paired differences (Biometrics Bulletin 1, 1945): whether they are as likely to be above 0 as below. Exact for any number
/// of differences: the distribution of the rank sum over all 2^n assignments of signs is counted, not approximated. Zeros are left out, and equal sizes
/// share their mean rank, as Wilcoxon did.
/// </summary>
public static class WilcoxonSignedRank
{
    /// <summary>How many decimals of a difference count. Scores are written with six; differences that are equal in them must tie.</summary>
    public const int Decimals = 9;

    /// <summary>The two-sided p value.</summary>
    /// <param name="differences">One finite value per pair.</param>
    /// <returns>In (0, 1]: how likely a rank sum at least as far from its mean is when signs fall by chance. 1 where no difference is left.</returns>
    public static double TwoSidedP(IReadOnlyList<double> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        var nonzero = differences.Select(difference => Math.Round(difference, Decimals)).Where(difference => difference != 0).ToArray();
        if (nonzero.Length == 0)
            return 1;

        // Twice the ranks are whole numbers also where two or four share one.
        var ranks = Array.ConvertAll(MidRanks.Of(Array.ConvertAll(nonzero, Math.Abs)), rank => (int)(2 * rank));
        var positive = 0;
        for (var i = 0; i < nonzero.Length; i++)
            positive += nonzero[i] > 0 ? ranks[i] : 0;
        var distribution = RankSums(ranks);

        // The distribution is symmetric, so twice the smaller tail is both.
        var smaller = Math.Min(positive, distribution.Length - 1 - positive);
        return Math.Min(1, 2 * distribution.Take(smaller + 1).Sum());
    }

    // The probability of each doubled sum of positive ranks, one difference taken in after the other.
    private static double[] RankSums(int[] ranks)
    {
        var probability = new double[ranks.Sum() + 1];
        probability[0] = 1;
        var largest = 0;
        foreach (var rank in ranks)
        {
            largest += rank;
            for (var sum = largest; sum >= 0; sum--)
                probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2;
        }

        return probability;
    }
}
