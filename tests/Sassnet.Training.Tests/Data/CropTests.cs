using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public class CropTests
{
    private static readonly TrainingScan Scan = MakeScan(new GridSize(5, 4, 3));

    [Fact]
    public void A_crop_inside_holds_the_scans_voxels()
    {
        var crop = Crop.Cut(Scan, new GridBox((1, 2, 1), new GridSize(3, 2, 2)));
        Assert.Equal(Scan.Image[Scan.Size.IndexOf(1, 2, 1)], crop.Image[0]);
        Assert.Equal(Scan.Image[Scan.Size.IndexOf(3, 3, 2)], crop.Image[^1]);
    }

    [Fact]
    public void What_lies_beyond_the_scan_is_zero_on_every_side()
    {
        var crop = Crop.Cut(Scan, new GridBox((-1, -2, -1), new GridSize(8, 8, 6)));
        for (var z = 0; z < 6; z++)
        {
            for (var y = 0; y < 8; y++)
            {
                for (var x = 0; x < 8; x++)
                {
                    var (sx, sy, sz) = (x - 1, y - 2, z - 1);
                    var inside = sx is >= 0 and < 5 && sy is >= 0 and < 4 && sz is >= 0 and < 3;
                    Assert.Equal(inside ? Scan.Image[Scan.Size.IndexOf(sx, sy, sz)] : 0, crop.Image[crop.Size.IndexOf(x, y, z)]);
                }
            }
        }
    }

    [Fact]
    public void A_crop_wholly_outside_is_empty() => Assert.All(Crop.Cut(Scan, new GridBox((9, 0, 0), new GridSize(2, 2, 2))).Image, voxel => Assert.Equal(0, voxel));

    [Fact]
    public void Four_quarter_turns_come_back_and_image_and_mask_turn_together()
    {
        var crop = Crop.Cut(Scan, GridBox.Whole(Scan.Size));
        var turned = crop.Turned(1, null);
        Assert.Equal(new GridSize(4, 5, 3), turned.Size);
        Assert.Equal(turned.Image.Select(Odd), turned.Mask!);
        Assert.Equal(crop.Image, turned.Turned(1, null).Turned(1, null).Turned(1, null).Image);
        Assert.Equal(crop.Turned(2, null).Image, turned.Turned(1, null).Image);
        Assert.Equal(crop.Turned(3, null).Image, crop.Turned(2, null).Turned(1, null).Image);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_mirror_undoes_itself(int axis)
    {
        var crop = Crop.Cut(Scan, GridBox.Whole(Scan.Size));
        Assert.NotEqual(crop.Image, crop.Turned(0, axis).Image);
        Assert.Equal(crop.Image, crop.Turned(0, axis).Turned(0, axis).Image);
    }

    private static byte Odd(float voxel) => (byte)((int)voxel % 2);

    private static TrainingScan MakeScan(GridSize size)
    {
        var image = Enumerable.Range(1, (int)size.Count).Select(value => (float)value).ToArray();
        return new TrainingScan("made", size, Affine.Scaling(VoxelSize.Unit), image, Array.ConvertAll(image, Odd));
    }
}
