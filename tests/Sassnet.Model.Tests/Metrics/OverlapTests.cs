using Sassnet.Model.Metrics;
using Xunit;

namespace Sassnet.Model.Tests.Metrics;

public class OverlapTests
{
    [Fact]
    public void Counts_anything_but_zero_as_foreground()
    {
        var overlap = Overlap.Between([0, 1, 2, 255, 0, 0], [0, 0, 7, 1, 1, 1]);
        Assert.Equal(new Overlap(3, 4, 2), overlap);
        Assert.Equal(4.0 / 7, overlap.Dice, 1e-15);
        Assert.Equal(2.0 / 5, overlap.Jaccard, 1e-15);
    }

    [Fact]
    public void Two_empty_masks_have_no_score_and_one_scores_zero()
    {
        var both = Overlap.Between([0, 0], [0, 0]);
        Assert.Equal(double.NaN, both.Dice);
        Assert.Equal(double.NaN, both.Jaccard);
        Assert.Equal(0, Overlap.Between([0, 0], [1, 0]).Dice);
        Assert.Equal(0, Overlap.Between([1, 0], [0, 0]).Jaccard);
    }

    [Fact]
    public void Masks_of_different_length_are_refused()
    {
        var failure = Assert.Throws<ArgumentException>(() => Overlap.Between([0, 0, 0], [0, 0]));
        Assert.Contains("got 3 and 2 voxels", failure.Message, StringComparison.Ordinal);
    }
}
