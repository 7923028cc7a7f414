using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Preprocessing;

public sealed class ModelGridTests
{
    // Values lie in [0, 1]: the sums of a few floats differ by their rounding.
    private const float Tolerance = 2e-6f;

    private static readonly GridSize Size = new(13, 18, 11);

    /// <summary>The input's grid and voxel size, and the model's voxel size.</summary>
    public static TheoryData<int, int, int, double, double, double, double, double, double> Grids => new()
    {
        // Coarser by two, as the bundled model is, of even and odd sides.
        { 12, 10, 8, 0.625, 0.625, 0.625, 1.25, 1.25, 1.25 },
        { 13, 9, 7, 0.625, 0.625, 0.625, 1.25, 1.25, 1.25 },

        // Finer; coarser along some axes and finer along others, in each order; by much.
        { 9, 7, 5, 2, 2, 2, 0.9, 0.9, 0.9 },
        { 14, 12, 5, 0.7, 0.7, 5, 1.25, 1.25, 1.25 },
        { 5, 12, 14, 5, 0.7, 0.9, 1.25, 1.25, 1.25 },
        { 12, 5, 14, 0.9, 5, 0.7, 1.25, 1.25, 1.25 },
        { 14, 13, 12, 0.5, 0.6, 0.7, 3, 1.1, 0.5 },
        { 40, 6, 6, 0.2, 1, 1, 3, 1, 1 },

        // One axis or none changes; a step that is none but for rounding.
        { 9, 8, 7, 1, 1, 2, 1, 1, 1 },
        { 9, 8, 7, 2, 1, 1, 1, 1, 1 },
        { 9, 8, 7, 1, 1, 1, 1, 1, 1 },
        { 9, 8, 7, 1.00001, 1, 0.99999, 1, 1, 1 },

        // A voxel thick.
        { 1, 9, 8, 1, 1, 1, 1.5, 1.5, 1.5 },
        { 9, 1, 8, 1, 3, 1, 1.5, 1, 1.5 },
        { 9, 8, 1, 1, 1, 4, 0.7, 0.7, 0.7 },
        { 9, 1, 1, 1, 1, 1, 2, 2, 2 },
        { 1, 1, 1, 1, 1, 1, 0.4, 2, 1 },
    };

    public static TheoryData<string> AllOrientations => ReorientationTests.AllOrientations;

    [Theory]
    [MemberData(nameof(Grids))]
    public void Both_ways_have_the_values_of_overlaps_summed_voxel_by_voxel(int x, int y, int z, double edgeX, double edgeY, double edgeZ, double toX, double toY, double toZ)
    {
        foreach (var orientation in new[] { "RAS", "LPS", "SRP" })
            AssertSame(Noise(new GridSize(x, y, z), Affine.Scaling(new VoxelSize(edgeX, edgeY, edgeZ))), new PreprocessingSpecification([toX, toY, toZ], orientation, Normalisation.ZScore));
    }

    [Theory]
    [MemberData(nameof(AllOrientations))]
    public void Both_ways_have_them_in_every_orientation_of_an_oblique_scan_of_which_a_part_was_imaged(string orientation)
    {
        var scan = Noise(Size, new Affine([-0.9, 0.2, 0.3, 55.5, 0.3, 0.25, 1.2, -40.25, 0.1, -0.8, 0.2, 7.75]));
        for (var i = 0; i < scan.Voxels.Length; i++)
        {
            var (x, y, z) = (i % Size.X, i / Size.X % Size.Y, i / (Size.X * Size.Y));
            if (x < 2 || x > 11 || y > 14 || z < 1)
                scan.Voxels[i] = 0;
        }

        AssertSame(scan, new PreprocessingSpecification([1.4, 0.8, 1.1], orientation, Normalisation.ZScore));
    }

    [Fact]
    public void What_comes_of_a_scan_is_no_part_of_it_even_where_nothing_changes()
    {
        var scan = Noise(Size, Affine.Scaling(VoxelSize.Unit));
        var brought = new ModelGrid(new PreprocessingSpecification([1, 1, 1], "RAS", Normalisation.ZScore), scan).Bring(scan);

        Assert.Equal(scan.Voxels, brought.Voxels);
        Assert.NotSame(scan.Voxels, brought.Voxels);
    }

    [Fact]
    public void A_volume_or_map_of_another_size_is_refused()
    {
        var grid = new ModelGrid(new PreprocessingSpecification([1, 1, 1], "RAS", Normalisation.ZScore), Noise(Size, Affine.Scaling(VoxelSize.Unit)));

        Assert.Contains("13x18x11", Assert.Throws<ArgumentException>(() => grid.Bring(Noise(new GridSize(2, 2, 2), Affine.Scaling(VoxelSize.Unit)))).Message);
        Assert.Contains("13x18x11", Assert.Throws<ArgumentException>(() => grid.Restore(new float[8], outside: 0)).Message);
    }

    private static void AssertSame(Volume scan, PreprocessingSpecification model)
    {
        var grid = new ModelGrid(model, scan);
        var turn = new Reorientation(grid.FieldOfView.Size, grid.FieldOfView.Moved(scan.Affine), Orientation.Parse(model.Orientation));
        var seen = turn.Apply(grid.FieldOfView.Apply(scan, padding: 0));
        var edges = seen.VoxelSize;
        double[] steps = [.. Enumerable.Range(0, 3).Select(axis => Math.Abs((model.SpacingMm[axis] / edges[axis]) - 1) < 1e-4 ? 1 : model.SpacingMm[axis] / edges[axis])];

        var brought = grid.Bring(scan);
        AssertNear(Summed(seen.Voxels, seen.Size, grid.Size, steps), brought.Voxels);
        Assert.Equal(model.Orientation, Orientation.Of(brought.Affine).Code);
        var (middle, same) = (Middle(seen.Affine, seen.Size), Middle(brought.Affine, brought.Size));
        Assert.InRange(Math.Abs(middle.R - same.R) + Math.Abs(middle.A - same.A) + Math.Abs(middle.S - same.S), 0, 1e-3);

        var map = Noise(grid.Size, brought.Affine).Voxels;
        var restored = grid.Restore(map, outside: -3);
        var back = new Reorientation(seen.Size, seen.Affine, Orientation.Of(scan.Affine));
        var expected = back.Apply(new Volume(seen.Size, Summed(map, grid.Size, seen.Size, [.. steps.Select(step => 1 / step)]), seen.Affine));
        var (x, y, z) = grid.FieldOfView.Start;
        AssertNear(new GridBox((-x, -y, -z), scan.Size).Apply(expected, padding: -3).Voxels, restored.Voxels);
        Assert.Same(scan.Affine, restored.Affine);
    }

    private static (double R, double A, double S) Middle(Affine affine, GridSize size) => affine.Apply((size.X - 1) / 2.0, (size.Y - 1) / 2.0, (size.Z - 1) / 2.0);

    // The mean of the old voxels under each new one, which is at least one of them wide; what lies beyond the edge counts for the outermost.
    private static float[] Summed(float[] voxels, GridSize from, GridSize to, double[] steps)
    {
        double[][,] shares = [.. Enumerable.Range(0, 3).Select(axis => Shares(from[axis], to[axis], steps[axis]))];
        var sums = new float[to.Count];
        for (var i = 0; i < sums.Length; i++)
        {
            var (x, y, z) = (i % to.X, i / to.X % to.Y, i / (to.X * to.Y));
            var sum = 0.0;
            for (var old = 0; old < voxels.Length; old++)
                sum += shares[0][x, old % from.X] * shares[1][y, old / from.X % from.Y] * shares[2][z, old / (from.X * from.Y)] * voxels[old];
            sums[i] = (float)sum;
        }

        return sums;
    }

    private static double[,] Shares(int from, int to, double step)
    {
        var shares = new double[to, from];
        var width = Math.Max(1, step);
        for (var i = 0; i < to; i++)
        {
            var low = (from / 2.0) + ((i - ((to - 1) / 2.0)) * step) - (width / 2);
            for (var old = 0; old < from; old++)
            {
                var (start, end) = (old == 0 ? double.MinValue : old, old == from - 1 ? double.MaxValue : old + 1);
                shares[i, old] = Math.Max(0, Math.Min(low + width, end) - Math.Max(low, start)) / width;
            }
        }

        return shares;
    }

    private static Volume Noise(GridSize size, Affine affine)
    {
        var random = new Random(5);
        return new Volume(size, [.. Enumerable.Range(0, (int)size.Count).Select(_ => random.NextSingle())], affine);
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= Tolerance))
                Assert.Fail($"Voxel {i} is {actual[i]}, not {expected[i]}.");
        }
    }
}
