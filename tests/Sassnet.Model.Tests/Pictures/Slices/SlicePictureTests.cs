using Sassnet.Model.Pictures;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using SkiaSharp;
using Xunit;

namespace Sassnet.Model.Tests.Pictures.Slices;

public sealed class SlicePictureTests
{
    private static readonly GridSize Size = new(40, 30, 20);
    private static readonly Affine Affine = new([1, 0, 0, -20, 0, 2, 0, -30, 0, 0, 3, -30]);

    [Fact]
    public void Voxels_keep_their_shape()
    {
        using var axial = SlicePicture.Of(Image(), AnatomicalPlane.Axial, 5, side: 240);
        using var sagittal = SlicePicture.Of(Image(), AnatomicalPlane.Sagittal, 5, side: 240);
        Assert.Equal((160, 240), (axial.Width, axial.Height));
        Assert.Equal((240, 240), (sagittal.Width, sagittal.Height));
    }

    [Fact]
    public void The_patients_right_is_on_the_left_and_the_front_at_the_top()
    {
        // A bright block at the right front of the body: large x and y in RAS.
        using var picture = Decode(SlicePicture.Of(Image((30, 38), (22, 28)), AnatomicalPlane.Axial, 10, side: 240));
        Assert.True(picture.GetPixel(24, 40).Red > 200);
        Assert.True(picture.GetPixel(136, 200).Red < 50);
    }

    [Fact]
    public void Inverted_the_lowest_values_are_white()
    {
        using var picture = Decode(SlicePicture.Of(Image((30, 38), (22, 28)), AnatomicalPlane.Axial, 10, side: 240, isInverted: true));
        Assert.True(picture.GetPixel(24, 40).Red < 50);
        Assert.True(picture.GetPixel(136, 200).Red > 200);
    }

    [Theory]
    [InlineData("LPS")]
    [InlineData("SAR")]
    [InlineData("AIL")]
    public void A_scan_stored_in_another_orientation_looks_the_same(string code)
    {
        var (image, label) = (Image((30, 38), (22, 28)), Label((8, 16), (5, 15)));
        var turn = new Reorientation(Size, Affine, Orientation.Parse(code));
        foreach (var plane in Enum.GetValues<AnatomicalPlane>())
        {
            var turned = turn.Apply(label);
            using var expected = Decode(SlicePicture.Of(image, plane, SlicePicture.LargestSlice(label, plane), label));
            using var actual = Decode(SlicePicture.Of(turn.Apply(image), plane, SlicePicture.LargestSlice(turned, plane), turned));

            // The caption counts slices along the file's own axis, so the bottom rows may differ.
            var rows = expected.Width * (expected.Height - 20);
            Assert.Equal(expected.Pixels.Take(rows), actual.Pixels.Take(rows));
        }
    }

    [Fact]
    public void Label_and_prediction_are_outlined_in_two_colours()
    {
        using var both = Decode(SlicePicture.Of(Image(), AnatomicalPlane.Axial, 10, Label((5, 15), (5, 15)), Label((20, 30), (5, 15))));
        Assert.Contains(Palette.Label, both.Pixels);
        Assert.Contains(Palette.Prediction, both.Pixels);
        using var none = Decode(SlicePicture.Of(Image(), AnatomicalPlane.Axial, 10));
        Assert.DoesNotContain(Palette.Label, none.Pixels);
    }

    [Fact]
    public void Of_several_labels_each_has_its_colour_in_both_outlines_and_the_labels_is_dashed_beside_a_prediction()
    {
        var (label, exchanged) = (Two(1, 5), Two(5, 1));
        using var labelled = Draw(label, Two(0, 0));
        using var predicted = Draw(null, label);
        Assert.InRange(Count(labelled, SKColors.Red) / (double)Count(predicted, SKColors.Red), 0.3, 0.8);
        Assert.InRange(Count(labelled, SKColors.Lime) / (double)Count(predicted, SKColors.Lime), 0.3, 0.8);

        using var alone = Draw(label, null);
        Assert.Equal((Count(predicted, SKColors.Red), Count(predicted, SKColors.Lime)), (Count(alone, SKColors.Red), Count(alone, SKColors.Lime)));

        // What is in the place of the other label is seen: where the one outline is red, the other is green.
        using var right = Draw(label, label);
        using var wrong = Draw(label, exchanged);
        var red = right.Pixels.Zip(wrong.Pixels).Where(both => both.First == SKColors.Red).ToList();
        Assert.True(red.Count > 100);
        Assert.InRange(red.Count(both => both.Second == SKColors.Lime), 0.9 * red.Count, red.Count);
        Assert.DoesNotContain(Palette.Label, wrong.Pixels);
        Assert.DoesNotContain(Palette.Prediction, wrong.Pixels);

        static SKBitmap Draw(LabelMap? label, LabelMap? prediction) =>
            Decode(SlicePicture.Of(Image(), AnatomicalPlane.Axial, 10, label, prediction, colours: new Dictionary<byte, string> { [1] = "#ff0000", [5] = "#00ff00" }));

        static int Count(SKBitmap picture, SKColor colour) => picture.Pixels.Count(pixel => pixel == colour);

        static LabelMap Two(byte first, byte second)
        {
            var (one, other) = (Label((5, 15), (5, 15)).Labels, Label((20, 30), (5, 15)).Labels);
            return new LabelMap(Size, [.. one.Zip(other, (a, b) => a != 0 ? first : b != 0 ? second : (byte)0)], Affine);
        }
    }

    [Fact]
    public void A_mask_of_another_grid_is_refused()
    {
        var other = new LabelMap(new GridSize(2, 2, 2), new byte[8], Affine);
        var error = Assert.Throws<ArgumentException>(() => SlicePicture.Of(Image(), AnatomicalPlane.Axial, 0, other));
        Assert.Contains("40x30x20", error.Message, StringComparison.Ordinal);
        Assert.Contains("2x2x2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_beyond_the_grid_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => SlicePicture.Of(Image(), AnatomicalPlane.Axial, 20));
        Assert.Contains("0 to 19", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_slice_of_an_empty_mask_is_the_middle_one() =>
        Assert.Equal(10, SlicePicture.LargestSlice(new LabelMap(Size, new byte[Size.Count], Affine), AnatomicalPlane.Axial));

    [Fact]
    public void An_image_of_one_value_is_grey()
    {
        using var picture = Decode(SlicePicture.Of(new Volume(Size, new float[Size.Count], Affine), AnatomicalPlane.Axial, 0));
        Assert.Equal(127, picture.GetPixel(picture.Width / 4, picture.Height / 4).Red);
    }

    [Fact]
    public void A_distance_map_is_blue_inside_and_red_outside()
    {
        var sdm = new Volume(Size, Array.ConvertAll(Label((10, 30), (8, 22)).Labels, label => label == 0 ? 0.8f : -0.8f), Affine);
        using var picture = Decode(SdmPicture.Of(sdm, AnatomicalPlane.Axial, 10));
        var (inside, outside) = (picture.GetPixel(picture.Width / 2, picture.Height / 2), picture.GetPixel(picture.Width / 4, picture.Height * 9 / 10));
        Assert.True(inside.Blue > inside.Red + 50);
        Assert.True(outside.Red > outside.Blue + 50);
    }

    private static Volume Image((int From, int To)? x = null, (int From, int To)? y = null) =>
        new(Size, Array.ConvertAll(Label(x ?? (0, 1), y ?? (0, 1)).Labels, label => 100f * label), Affine);

    // A block in the slices 8 to 12, the middle one a row larger.
    private static LabelMap Label((int From, int To) x, (int From, int To) y)
    {
        var labels = new byte[Size.Count];
        for (var k = 8; k <= 12; k++)
        {
            for (var j = y.From; j < y.To + (k == 10 ? 1 : 0); j++)
                labels.AsSpan(Size.IndexOf(x.From, j, k), x.To - x.From + (j == y.From + 2 ? 1 : 0)).Fill(1);
        }

        return new LabelMap(Size, labels, Affine);
    }

    private static SKBitmap Decode(Picture picture)
    {
        using (picture)
            return SKBitmap.Decode(picture.ToPng());
    }
}
