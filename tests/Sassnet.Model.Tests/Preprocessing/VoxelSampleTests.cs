using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Xunit;

namespace Sassnet.Model.Tests.Preprocessing;

public class VoxelSampleTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(4096)]
    public void Each_column_is_seen_as_often_as_the_others_whatever_the_rows_length(int row)
    {
        var voxels = Enumerable.Range(0, 4 << 20).Select(i => (float)(i % row)).ToArray();
        var sample = VoxelSample.Of(voxels, 1 << 20);
        Assert.Equal(1 << 20, sample.Length);
        var quarters = sample.CountBy(x => (int)(4 * x / row)).ToDictionary();
        Assert.All(Enumerable.Range(0, 4), quarter => Assert.InRange(quarters[quarter] / (double)sample.Length, 0.249, 0.251));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10)]
    public void All_voxels_of_a_small_image_are_taken(int voxels) =>
        Assert.Equal(Enumerable.Range(0, voxels).Select(i => (float)i), VoxelSample.Of([.. Enumerable.Range(0, voxels).Select(i => (float)i)], 10));

    [Fact]
    public void No_voxel_is_taken_twice_and_the_order_stays()
    {
        var sample = VoxelSample.Of([.. Enumerable.Range(0, 1500).Select(i => (float)i)], 1000);
        Assert.Equal(1000, sample.Distinct().Count());
        Assert.Equal(sample.Order(), sample);
    }

    [Fact]
    public void A_large_image_that_changes_along_its_rows_only_is_not_taken_for_a_constant_one()
    {
        // Every fourth voxel of this is 0.
        var voxels = Enumerable.Range(0, 4 << 20).Select(i => (float)(i % 4) + (i % 4 == 0 ? 0 : i % 61 / 61f)).ToArray();
        IntensityNormaliser.Normalise(voxels, Normalisation.RobustZScore);
        Assert.InRange(voxels.Min(), -5, -0.5);
        Assert.InRange(voxels.Max(), 0.5, 5);
        Assert.True(voxels.All(float.IsFinite));
    }
}
