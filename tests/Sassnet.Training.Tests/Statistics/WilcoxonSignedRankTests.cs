using Sassnet.Training.Statistics;
using Xunit;

namespace Sassnet.Training.Tests.Statistics;

public sealed class WilcoxonSignedRankTests
{
    [Fact]
    public void Darwins_maize_has_the_published_value()
    {
        // Fisher's data, heights of cross- and self-fertilised plants: the smaller rank sum is 24, and exact tables give p = 0.0413.
        double[] differences = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];
        Assert.Equal(0.041259765625, WilcoxonSignedRank.TwoSidedP(differences), 12);
    }

    [Theory]
    [InlineData(5, 0.0625)]
    [InlineData(6, 0.03125)]
    [InlineData(10, 0.001953125)]
    public void Differences_all_of_one_sign_have_the_smallest_value_of_their_number(int count, double expected)
    {
        var differences = Enumerable.Range(1, count).Select(i => i / 100.0).ToArray();
        Assert.Equal(expected, WilcoxonSignedRank.TwoSidedP(differences), 12);
        Assert.Equal(expected, WilcoxonSignedRank.TwoSidedP(Array.ConvertAll(differences, difference => -difference)), 12);
    }

    [Fact]
    public void Ties_and_zeros_are_treated_as_in_a_count_over_all_signs()
    {
        // Sizes 1, 2, 2, 3, 3, 3 and two zeros: ranks 1, 2.5, 2.5, 5, 5, 5; negative are one 2 and the 1.
        double[] differences = [-0.01, 0.02, -0.02, 0.03, 0.03, 0.03, 0, 0];
        double[] ranks = [1, 2.5, 2.5, 5, 5, 5];
        var extreme = Enumerable.Range(0, 64).Count(signs => Math.Abs(ranks.Where((_, i) => (signs >> i & 1) == 1).Sum() - 10.5) >= Math.Abs(3.5 - 10.5));
        Assert.Equal(extreme / 64.0, WilcoxonSignedRank.TwoSidedP(differences), 12);
    }

    [Fact]
    public void Differences_equal_but_for_rounding_tie() =>
        Assert.Equal(1, WilcoxonSignedRank.TwoSidedP([0.3 - 0.2, 0.7 - 0.8]), 12);

    [Theory]
    [InlineData]
    [InlineData(0.0, 0.0)]
    public void Without_a_difference_there_is_nothing_to_find(params double[] differences) => Assert.Equal(1, WilcoxonSignedRank.TwoSidedP(differences));

    [Fact]
    public void Of_many_differences_the_value_is_near_the_normal_approximation()
    {
        // Every third of 1 to 90 is negative: rank sum of the negative 3 + 6 + … + 90 = 1395; mean 2047.5, deviation 247.98.
        var differences = Enumerable.Range(1, 90).Select(i => i % 3 == 0 ? -i / 1000.0 : i / 1000.0).ToArray();
        Assert.Equal(0.0085, WilcoxonSignedRank.TwoSidedP(differences), 3e-4);
    }
}
