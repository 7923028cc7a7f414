using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Sassnet.Training.Validation;
using SkiaSharp;
using Xunit;

namespace Sassnet.Training.Tests.Validation;

public sealed class ScanPredictionTests
{
    private const int Side = 480;
    private const int Gap = 10;
    private const int Title = 32;
    private const int Caption = 22;

    private static readonly GridSize Size = new(32, 32, 32);
    private static readonly SKColor Outline = new(0xFF, 0xB0, 0x00);

    [Fact]
    public void Of_several_structures_each_has_its_distance_map_in_the_slice_with_the_most_of_it_under_its_name()
    {
        // The first lies in lower slices than the second, which is larger; the first's map is inside everywhere, the second's outside.
        var mask = new byte[Size.Count];
        Fill(mask, 1, z: (4, 8), edge: 6);
        Fill(mask, 2, z: (20, 28), edge: 8);
        var prediction = new ScanPrediction(Scan(mask), mask, [Map(-0.8f), Map(0.8f)]);
        using var picture = Decode(prediction, new Label(3, "left atrium", Colour: "#ff0000"), new Label(7, "left ventricle", Colour: "#00ff00"));

        Assert.Equal((Gap + (3 * (Side + Gap)), Gap + Title + Side + Caption + Gap), (picture.Width, picture.Height));
        var (first, second) = (picture.GetPixel(Middle(1), picture.Height / 2), picture.GetPixel(Middle(2), picture.Height / 2));
        Assert.True(first.Blue > first.Red + 50);
        Assert.True(second.Red > second.Blue + 50);
        Assert.Equal([false, true, true], Enumerable.Range(0, 3).Select(panel => Has(picture, panel, Outline)));

        // The scan's slice is that with the most of both: the second's.
        Assert.True(Has(picture, 0, SKColors.Lime));
        Assert.False(Has(picture, 0, SKColors.Red));
        var isWritten = Enumerable.Range(0, 3).Select(panel => Enumerable.Range(Gap + Title, Caption)
            .Any(y => Enumerable.Range(Gap + (panel * (Side + Gap)), Side).Any(x => picture.GetPixel(x, y).Red > 0x80)));
        Assert.Equal([false, true, true], isWritten);
    }

    [Fact]
    public void Of_one_structure_the_scan_and_its_distance_map_lie_side_by_side()
    {
        var mask = new byte[Size.Count];
        Fill(mask, 1, z: (20, 28), edge: 8);
        using var picture = Decode(new ScanPrediction(Scan(mask), mask, [Map(-0.8f)]), new Label(3, "left atrium", Colour: "#ff0000"));
        Assert.Equal((Gap + (2 * (Side + Gap)), Gap + Title + Side + Gap), (picture.Width, picture.Height));
        Assert.True(Has(picture, 1, Outline));
        Assert.DoesNotContain(SKColors.Red, picture.Pixels);
    }

    [Fact]
    public void A_structure_that_the_scans_label_lacks_does_not_count_for_its_dice_and_is_drawn_without_an_outline()
    {
        var (truth, found) = (new byte[Size.Count], new byte[Size.Count]);
        Fill(truth, 1, z: (4, 8), edge: 6);
        Fill(found, 1, z: (6, 10), edge: 6);
        Fill(found, 2, z: (20, 28), edge: 8);
        var prediction = new ScanPrediction(Scan(truth), found, [Map(-0.8f), Map(0.8f)]);
        Assert.Equal(0.5, prediction.Dice, 9);
        using var picture = Decode(prediction, new Label(3, "left atrium", Colour: "#ff0000"), new Label(7, "left ventricle", Colour: "#00ff00"));
        Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(panel => Has(picture, panel, Outline)));
    }

    private static int Middle(int panel) => Gap + (panel * (Side + Gap)) + (Side / 2);

    private static bool Has(SKBitmap picture, int panel, SKColor colour) =>
        picture.Pixels.Where((_, index) => index % picture.Width / (Side + Gap) == panel).Contains(colour);

    private static void Fill(byte[] mask, byte number, (int From, int To) z, int edge)
    {
        for (var slice = z.From; slice < z.To; slice++)
        {
            for (var y = 4; y < 4 + edge; y++)
                mask.AsSpan(Size.IndexOf(4, y, slice), edge).Fill(number);
        }
    }

    private static TrainingScan Scan(byte[] mask) => new("a", Size, Affine.Scaling(VoxelSize.Unit), Map(0), mask);

    private static float[] Map(float value)
    {
        var map = new float[Size.Count];
        map.AsSpan().Fill(value);
        return map;
    }

    private static SKBitmap Decode(ScanPrediction prediction, params Label[] structures)
    {
        using var picture = prediction.Draw(structures);
        return SKBitmap.Decode(picture.ToPng());
    }
}
