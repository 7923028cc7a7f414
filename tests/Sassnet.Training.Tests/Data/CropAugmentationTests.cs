using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public class CropAugmentationTests
{
    private static readonly AugmentationOptions Off = new() { Rotate90 = false, Flip = false };
    private static readonly TrainingScan Scan = Ramp(new GridSize(20, 16, 12));

    [Fact]
    public void With_everything_off_a_crop_is_a_piece_of_the_scan()
    {
        var crop = Draw(Off, new GridSize(16, 16, 12), seed: 1);
        Assert.Equal(1, crop.Image[1] - crop.Image[0], 1e-4);
        Assert.InRange(crop.Image[0], 0f, 4f);
    }

    [Fact]
    public void Gamma_keeps_the_darkest_and_brightest_voxel_and_the_order_between()
    {
        var (plain, raised) = (Draw(Off, Scan.Size, 3), Draw(Off with { Gamma = 1 }, Scan.Size, 3));
        Assert.Equal(plain.Image.Min(), raised.Image.Min(), 1e-3);
        Assert.Equal(plain.Image.Max(), raised.Image.Max(), 1e-3);
        Assert.NotEqual(plain.Image[plain.Image.Length / 2], raised.Image[plain.Image.Length / 2], 1f);
        Assert.Equal(raised.Image, raised.Image.Order());
    }

    [Fact]
    public void A_tighter_field_of_view_cuts_half_of_the_crops_and_never_more_than_its_share()
    {
        var cut = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var crop = Draw(Off with { FieldOfView = 0.25 }, Scan.Size, seed);
            var kept = crop.Mask!.Count(label => label == 1);
            cut += kept < Scan.Mask!.Length ? 1 : 0;
            Assert.InRange(kept, Scan.Size.Count / 8, Scan.Size.Count);
        }

        Assert.InRange(cut, 70, 130);
    }

    [Fact]
    public void A_narrowed_scan_is_normalised_as_if_it_had_been_sent_so()
    {
        var narrowed = Scan.Narrowed(new GridBox((2, 3, 4), new GridSize(10, 8, 6)), Normalisation.ZScore);
        Assert.Equal(0, narrowed.Image.Average(), 1e-4);
        Assert.Equal(1, Math.Sqrt(narrowed.Image.Average(value => value * value)), 1e-4);
        Assert.Equal(new GridSize(10, 8, 6), narrowed.Size);
    }

    private static Crop Draw(AugmentationOptions options, GridSize size, int seed) =>
        new CropAugmentation(options, Normalisation.ZScore).Draw(Scan, size, new Random(seed));

    // Intensities that grow by one from voxel to voxel, all of it foreground.
    private static TrainingScan Ramp(GridSize size)
    {
        var mask = new byte[size.Count];
        Array.Fill(mask, (byte)1);
        return new TrainingScan("ramp", size, Affine.Scaling(VoxelSize.Unit), [.. Enumerable.Range(0, (int)size.Count).Select(i => (float)i)], mask);
    }
}
