using Sassnet.Model.Metrics;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Metrics;

public class SurfaceDistancesTests
{
    private static readonly GridSize Size = new(12, 9, 7);
    private static readonly VoxelSize Voxel = new(0.5, 1, 2);

    [Fact]
    public void Two_single_voxels_are_as_far_apart_as_their_centres()
    {
        var distances = SurfaceDistances.Between(Mask((2, 3, 1)), Mask((8, 3, 5)), Size, Voxel);
        var expected = Math.Sqrt((3 * 3) + (8 * 8));
        Assert.Equal([expected], distances.PredictionToReference);
        Assert.Equal(expected, distances.HausdorffDistance95, 1e-6);
        Assert.Equal(expected, distances.AverageSurfaceDistance, 1e-6);
    }

    [Fact]
    public void The_average_runs_from_the_prediction_to_the_reference_only()
    {
        var (one, two) = (Mask((2, 3, 1)), Mask((2, 3, 1), (6, 3, 1)));
        Assert.Equal(0, SurfaceDistances.Between(one, two, Size, Voxel).AverageSurfaceDistance);
        Assert.Equal(1, SurfaceDistances.Between(two, one, Size, Voxel).AverageSurfaceDistance, 1e-6);
    }

    [Fact]
    public void The_percentile_is_interpolated_over_both_directions()
    {
        // Distances 0, 2 and 0: rank 0.95 * 2 = 1.9 lies nine tenths of the way from 0 to 2.
        var distances = SurfaceDistances.Between(Mask((2, 3, 1), (6, 3, 1)), Mask((2, 3, 1)), Size, Voxel);
        Assert.Equal(1.8, distances.HausdorffDistance95, 1e-6);
    }

    [Fact]
    public void Voxels_inside_are_not_border_and_voxels_at_the_end_of_the_grid_are()
    {
        var full = Enumerable.Repeat((byte)1, (int)Size.Count).ToArray();
        var border = ((int)Size.Count) - ((Size.X - 2) * (Size.Y - 2) * (Size.Z - 2));
        Assert.Equal(border, SurfaceDistances.Between(full, full, Size, Voxel).PredictionToReference.Count);
    }

    [Fact]
    public void One_empty_mask_is_infinitely_far_away()
    {
        var (empty, some) = (new byte[Size.Count], Mask((2, 3, 1), (6, 3, 1)));
        var missed = SurfaceDistances.Between(empty, some, Size, Voxel);
        Assert.Empty(missed.PredictionToReference);
        Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], missed.ReferenceToPrediction);
        Assert.Equal(double.PositiveInfinity, missed.HausdorffDistance95);
        Assert.Equal(double.PositiveInfinity, missed.AverageSurfaceDistance);
        var invented = SurfaceDistances.Between(some, empty, Size, Voxel);
        Assert.Equal(double.PositiveInfinity, invented.HausdorffDistance95);
        Assert.Equal(double.PositiveInfinity, invented.AverageSurfaceDistance);
    }

    [Fact]
    public void Two_empty_masks_have_no_distance()
    {
        var distances = SurfaceDistances.Between(new byte[Size.Count], new byte[Size.Count], Size, Voxel);
        Assert.Equal(double.NaN, distances.HausdorffDistance95);
        Assert.Equal(double.NaN, distances.AverageSurfaceDistance);
    }

    [Fact]
    public void A_mask_of_another_grid_is_refused() =>
        Assert.Throws<ArgumentException>(() => SurfaceDistances.Between(new byte[5], new byte[Size.Count], Size, Voxel));

    private static byte[] Mask(params (int X, int Y, int Z)[] voxels)
    {
        var mask = new byte[Size.Count];
        foreach (var (x, y, z) in voxels)
            mask[Size.IndexOf(x, y, z)] = 1;
        return mask;
    }
}
