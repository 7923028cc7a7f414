using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Morphology;

public sealed class LongestDiameterTests
{
    [Theory]
    [InlineData(12, 12, 12)]
    [InlineData(20, 7, 4)]
    [InlineData(3, 18, 9)]
    public void An_ellipsoids_is_its_longest_axis_and_no_pair_of_points_is_farther_apart(double a, double b, double c)
    {
        var mesh = Mesh((48, 44, 46), (x, y, z) => 1 - Math.Sqrt(Square((x - 23.3) / a) + Square((y - 21.7) / b) + Square((z - 22.9) / c)), Affine.Scaling(VoxelSize.Unit));

        Assert.Equal(BruteForce(mesh), mesh.LongestDiameterMm, 1e-9);
        Assert.Equal(2 * Math.Max(a, Math.Max(b, c)), mesh.LongestDiameterMm, 0.3);
    }

    [Fact]
    public void It_is_in_millimetres_of_the_patient_on_an_oblique_grid_far_from_the_origin()
    {
        var affine = new Affine([0.8 * 2, -0.6 * 0.5, 0, 5000, 0.6 * 2, 0.8 * 0.5, 0, -3000, 0, 0, 1.5, 200]);
        var mesh = Mesh((30, 30, 20), (x, y, z) => Math.Min(Math.Min(10.5 - Math.Abs(x - 14), 10.5 - Math.Abs(y - 14)), 5.5 - Math.Abs(z - 9)), affine);

        // A box of 21 by 21 by 11 voxels, its corners taken off by the cubes that cut them.
        Assert.Equal(BruteForce(mesh), mesh.LongestDiameterMm, 1e-9);
        Assert.InRange(mesh.LongestDiameterMm, 42, Math.Sqrt(Square(42) + Square(10.5) + Square(16.5)));
    }

    [Fact]
    public void Of_several_pieces_it_reaches_from_one_to_another()
    {
        var mesh = Mesh((60, 9, 9), (x, y, z) => 2.5 - Math.Min(Distance(x - 4, y - 4, z - 4), Distance(x - 54, y - 4, z - 4)), Affine.Scaling(VoxelSize.Unit));
        Assert.Equal(55, mesh.LongestDiameterMm, 1e-6);
    }

    [Fact]
    public void Nothing_has_none() => Assert.Equal(0, Mesh((4, 4, 4), (_, _, _) => -1, Affine.Scaling(VoxelSize.Unit)).LongestDiameterMm);

    private static SurfaceMesh Mesh((int X, int Y, int Z) size, Func<int, int, int, double> field, Affine affine)
    {
        var grid = new GridSize(size.X, size.Y, size.Z);
        var values = new float[grid.Count];
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                for (var x = 0; x < size.X; x++)
                    values[grid.IndexOf(x, y, z)] = (float)field(x, y, z);
            }
        }

        return SurfaceMesh.Extract(new Volume(grid, values, affine), 0);
    }

    private static double BruteForce(SurfaceMesh mesh)
    {
        var longest = 0.0;
        foreach (var (r, a, s) in mesh.Vertices)
        {
            foreach (var other in mesh.Vertices)
                longest = Math.Max(longest, Distance(r - other.R, a - other.A, s - other.S));
        }

        return longest;
    }

    private static double Distance(double x, double y, double z) => Math.Sqrt(Square(x) + Square(y) + Square(z));

    private static double Square(double value) => value * value;
}
