using Sassnet.Training.Statistics;
using Xunit;

namespace Sassnet.Training.Tests.Statistics;

public sealed class RocAreaTests
{
    [Fact]
    public void It_is_the_share_of_pairs_that_are_in_order_equal_ones_counting_half()
    {
        // Of six pairs four are in order and two are equal.
        Assert.Equal(5.0 / 6, RocArea.Of([0.8, 0.5, 0.5], [0.5, 0.2])!.Value, 12);
        Assert.Equal(1.0 / 6, RocArea.Of([0.5, 0.2], [0.8, 0.5, 0.5])!.Value, 12);
    }

    [Fact]
    public void Always_right_is_one_always_wrong_none_and_all_alike_chance()
    {
        Assert.Equal(1, RocArea.Of([2, 3], [0, 1]));
        Assert.Equal(0, RocArea.Of([0, 1], [2, 3]));
        Assert.Equal(0.5, RocArea.Of([7, 7, 7], [7, 7]));
    }

    [Fact]
    public void Where_one_kind_has_no_case_there_is_none()
    {
        Assert.Null(RocArea.Of([], [1, 2]));
        Assert.Null(RocArea.Of([1, 2], []));
    }
}
