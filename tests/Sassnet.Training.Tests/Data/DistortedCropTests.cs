using Sassnet.Model.Metrics;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public class DistortedCropTests
{
    private static readonly GridSize Cube = new(8, 8, 8);

    [Fact]
    public void Neither_turned_nor_bent_it_is_the_plain_crop_beyond_the_scan_too()
    {
        var scan = Noise(new GridSize(9, 8, 7), VoxelSize.Unit);
        var box = new GridBox((-3, 2, -1), new GridSize(10, 9, 8));
        var (plain, distorted) = (Crop.Cut(scan, box), DistortedCrop.Cut(scan, box, box.Size, (0, 0, 0), null));
        Assert.Equal(plain.Image, distorted.Image, (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Equal(plain.Mask!, distorted.Mask!);
    }

    [Fact]
    public void A_right_angle_about_z_is_a_quarter_turn()
    {
        var scan = Noise(Cube, VoxelSize.Unit);
        var (turned, distorted) = (Crop.Cut(scan, GridBox.Whole(Cube)).Turned(1, null), DistortedCrop.Cut(scan, GridBox.Whole(Cube), Cube, (0, 0, -90), null));
        Assert.Equal(turned.Image, distorted.Image, (one, other) => Math.Abs(one - other) < 1e-4);
        Assert.Equal(turned.Mask!, distorted.Mask!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_half_turn_reverses_the_other_two_axes(int axis)
    {
        var scan = Noise(Cube, VoxelSize.Unit);
        var crop = DistortedCrop.Cut(scan, GridBox.Whole(Cube), Cube, (axis == 0 ? 180 : 0, axis == 1 ? 180 : 0, axis == 2 ? 180 : 0), null);
        for (var z = 0; z < 8; z++)
        {
            for (var y = 0; y < 8; y++)
            {
                for (var x = 0; x < 8; x++)
                {
                    var from = Cube.IndexOf(axis == 0 ? x : 7 - x, axis == 1 ? y : 7 - y, axis == 2 ? z : 7 - z);
                    Assert.Equal(scan.Image[from], crop.Image[Cube.IndexOf(x, y, z)], 1e-4);
                }
            }
        }
    }

    [Fact]
    public void Turned_a_ball_stays_a_ball_in_millimetres_whatever_the_voxels_are()
    {
        var (size, edges) = (new GridSize(32, 32, 16), new VoxelSize(1, 1, 2));
        var ball = Of(size, edges, (x, y, z) => (x * x) + (y * y) + (z * z) < 100 ? 1f : 0);
        var turned = DistortedCrop.Cut(ball, GridBox.Whole(size), size, (40, 30, 20), null);
        Assert.InRange(Overlap.Between(turned.Mask!, ball.Mask!).Dice, 0.9, 1);
    }

    [Fact]
    public void A_zoom_is_the_ratio_of_the_box_to_the_crop()
    {
        var scan = Of(new GridSize(32, 32, 32), VoxelSize.Unit, (x, _, _) => (float)x);
        var crop = DistortedCrop.Cut(scan, new GridBox((4, 4, 4), new GridSize(24, 24, 24)), new GridSize(12, 12, 12), (0, 0, 0), null);
        Assert.Equal(2, crop.Image[1] - crop.Image[0], 1e-4);
        Assert.Equal(0, crop.Image[..12].Average(), 1e-4);
    }

    [Fact]
    public void A_voxel_that_is_held_stays_where_it_would_be_without_turning_and_bending()
    {
        var scan = Noise(new GridSize(32, 32, 32), new VoxelSize(1, 1, 2));
        var (box, size) = (new GridBox((6, 5, 4), new GridSize(24, 20, 16)), new GridSize(12, 20, 32));
        var crop = DistortedCrop.Cut(scan, box, size, (40, -70, 130), new ElasticField(size, 6, new Random(2)), new StructureVoxel(1, 20, 9, 11));
        Assert.Equal(scan.Image[scan.Size.IndexOf(20, 9, 11)], crop.Image[size.IndexOf(7, 4, 15)], 1e-3);
        Assert.Equal(scan.Mask![scan.Size.IndexOf(20, 9, 11)], crop.Mask![size.IndexOf(7, 4, 15)]);
    }

    [Fact]
    public void A_field_moves_nothing_further_than_its_reach_and_folds_nowhere()
    {
        const int Side = 40;
        for (var seed = 0; seed < 3; seed++)
        {
            var field = new ElasticField(new GridSize(Side, Side, Side), 6, new Random(seed));
            var moved = new float[3][];
            for (var axis = 0; axis < 3; axis++)
            {
                moved[axis] = new float[Side * Side * Side];
                for (var row = 0; row < Side * Side; row++)
                    field.Row(axis, row % Side, row / Side, moved[axis].AsSpan(row * Side, Side));
                Assert.InRange(moved[axis].Max(displacement => Math.Abs(displacement)), 0.5, 6);
            }

            for (var z = 0; z < Side - 1; z++)
            {
                for (var y = 0; y < Side - 1; y++)
                {
                    for (var x = 0; x < Side - 1; x++)
                        Assert.True(Determinant(moved, x + (Side * (y + (Side * z))), Side) > 0);
                }
            }
        }
    }

    // Of the map's derivative, from differences to the next voxels.
    private static double Determinant(float[][] moved, int at, int side)
    {
        var d = new double[3, 3];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
                d[row, column] = (row == column ? 1 : 0) + moved[row][at + (int)Math.Pow(side, column)] - moved[row][at];
        }

        return (d[0, 0] * ((d[1, 1] * d[2, 2]) - (d[1, 2] * d[2, 1]))) - (d[0, 1] * ((d[1, 0] * d[2, 2]) - (d[1, 2] * d[2, 0])))
            + (d[0, 2] * ((d[1, 0] * d[2, 1]) - (d[1, 1] * d[2, 0])));
    }

    private static TrainingScan Noise(GridSize size, VoxelSize edges)
    {
        var random = new Random(1);
        return Of(size, edges, (_, _, _) => random.NextSingle());
    }

    // Intensities of a function of the position in millimetres from the centre; the mask where they are above ½.
    private static TrainingScan Of(GridSize size, VoxelSize edges, Func<double, double, double, float> intensity)
    {
        var image = new float[size.Count];
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                for (var x = 0; x < size.X; x++)
                    image[size.IndexOf(x, y, z)] = intensity((x - ((size.X - 1) / 2.0)) * edges.X, (y - ((size.Y - 1) / 2.0)) * edges.Y, (z - ((size.Z - 1) / 2.0)) * edges.Z);
            }
        }

        return new TrainingScan("made", size, Affine.Scaling(edges), image, Array.ConvertAll(image, value => value > 0.5f ? (byte)1 : (byte)0));
    }
}
