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

    [Fact]
    public void A_change_happens_as_often_as_told()
    {
        Assert.Equal(0, Changed(new() { Rotation = 15, RotationProbability = 0 }));
        Assert.Equal(100, Changed(new() { Rotation = 15, RotationProbability = 1 }));
        AugmentationOptions[] each =
        [
            new() { Rotation = 15, RotationProbability = 0.5 }, new() { Zoom = 0.5, ZoomProbability = 0.5 }, new() { Elastic = 4, ElasticProbability = 0.5 },
            new() { Noise = 0.1, NoiseProbability = 0.5 }, new() { Blur = 1, BlurProbability = 0.5 }, new() { Contrast = 1, ContrastProbability = 0.5 },
            new() { Gain = 1, BrightnessProbability = 0.5 }, new() { Shift = 1, BrightnessProbability = 0.5 }, new() { Gamma = 1, GammaProbability = 0.5 },
        ];
        Assert.All(each, options => Assert.InRange(Changed(options), 30, 70));

        static int Changed(AugmentationOptions options)
        {
            var plain = Draw(Off, Scan.Size, 0);
            return Enumerable.Range(0, 100).Count(seed => !Draw(options with { Rotate90 = false, Flip = false }, Scan.Size, seed).Image.SequenceEqual(plain.Image));
        }
    }

    [Fact]
    public void With_everything_on_a_seed_is_a_crop_and_image_and_mask_are_changed_alike()
    {
        var options = new AugmentationOptions
        {
            Rotation = 15,
            RotationProbability = 1,
            Zoom = 0.3,
            Elastic = 4,
            ElasticProbability = 1,
            Overhang = 0.2,
        };
        var scan = Half(new GridSize(40, 36, 32));
        var size = new GridSize(32, 32, 32);
        for (var seed = 0; seed < 10; seed++)
        {
            var (crop, again) = (Draw(options, size, seed), Draw(options, size, seed));
            Assert.Equal(crop.Image, again.Image);
            Assert.Equal(crop.Mask!, again.Mask!);
            var agreeing = crop.Image.Zip(crop.Mask!, (value, label) => value > 0.5f == (label == 1)).Count(agrees => agrees);
            Assert.InRange(agreeing, 0.97 * size.Count, size.Count);
        }

        Crop Draw(AugmentationOptions all, GridSize grid, int seed) => new CropAugmentation(all, Normalisation.ZScore).Draw(scan, grid, new Random(seed));
    }

    private static Crop Draw(AugmentationOptions options, GridSize size, int seed) =>
        new CropAugmentation(options, Normalisation.ZScore).Draw(Scan, size, new Random(seed));

    // Bright foreground in one half.
    private static TrainingScan Half(GridSize size)
    {
        var mask = new byte[size.Count];
        mask.AsSpan(mask.Length / 2).Fill(1);
        return new TrainingScan("half", size, Affine.Scaling(VoxelSize.Unit), Array.ConvertAll(mask, label => (float)label), mask);
    }

    // Intensities that grow by one from voxel to voxel, all of it foreground.
    private static TrainingScan Ramp(GridSize size)
    {
        var mask = new byte[size.Count];
        Array.Fill(mask, (byte)1);
        return new TrainingScan("ramp", size, Affine.Scaling(VoxelSize.Unit), [.. Enumerable.Range(0, (int)size.Count).Select(i => (float)i)], mask);
    }
}
