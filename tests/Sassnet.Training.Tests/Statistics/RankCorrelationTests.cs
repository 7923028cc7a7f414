using Sassnet.Training.Statistics;
using Xunit;

namespace Sassnet.Training.Tests.Statistics;

public sealed class RankCorrelationTests
{
    [Fact]
    public void Without_ties_it_is_the_short_formula()
    {
        // Squared rank differences sum to 194: 1 - 6 * 194 / (10 * 99) = -29 / 165.
        double[] first = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
        double[] second = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
        Assert.Equal(-29.0 / 165, RankCorrelation.Of(first, second)!.Value, 12);
    }

    [Fact]
    public void With_ties_it_is_the_correlation_of_the_mean_ranks()
    {
        // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: 4.5 / sqrt(4.5 * 5), where the short formula has 0.95.
        Assert.Equal(Math.Sqrt(0.9), RankCorrelation.Of([1, 2, 2, 4], [10, 30, 20, 40])!.Value, 12);
    }

    [Fact]
    public void Whatever_grows_with_or_against_the_other_is_at_the_ends()
    {
        Assert.Equal(1, RankCorrelation.Of([0.1, 0.5, 0.9], [1, 10, 1000])!.Value, 12);
        Assert.Equal(-1, RankCorrelation.Of([0.1, 0.5, 0.9], [3, 2, -7])!.Value, 12);
    }

    [Fact]
    public void Of_too_few_cases_or_of_values_all_alike_there_is_none()
    {
        Assert.Null(RankCorrelation.Of([], []));
        Assert.Null(RankCorrelation.Of([0.1, 0.2], [0.1, 0.2]));
        Assert.Null(RankCorrelation.Of([0.5, 0.5, 0.5], [0.1, 0.2, 0.3]));
        Assert.Null(RankCorrelation.Of([0.1, 0.2, 0.3], [0.5, 0.5, 0.5]));
    }
}
