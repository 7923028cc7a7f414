using Sassnet.Training.Statistics;
using Xunit;

namespace Sassnet.Training.Tests.Statistics;

public sealed class MidRanksTests
{
    [Fact]
    public void Equal_values_share_the_mean_of_their_ranks_each_at_its_own_place()
    {
        Assert.Equal([4, 1, 4, 2, 4], MidRanks.Of([3, 1, 3, 2, 3]));
        Assert.Equal([2.5, 1, 4, 2.5], MidRanks.Of([0, double.NegativeInfinity, 7, 0]));
        Assert.Empty(MidRanks.Of([]));
    }
}
