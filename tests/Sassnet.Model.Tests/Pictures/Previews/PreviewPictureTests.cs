using Sassnet.Model.Morphology;
using Sassnet.Model.Pictures;
using Sassnet.Model.Pictures.Previews;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;
using SkiaSharp;
using Xunit;

namespace Sassnet.Model.Tests.Pictures.Previews;

public sealed class PreviewPictureTests
{
    private static readonly GridSize Size = new(40, 40, 40);
    private static readonly Affine Affine = Affine.Scaling(VoxelSize.Unit);

    [Fact]
    public void Three_planes_with_the_contour_and_the_surface_are_in_the_labels_colour()
    {
        var mask = Ball(9);
        using var picture = Drawn(mask, SurfaceMesh.Extract(new Volume(Size, Array.ConvertAll(mask, label => (float)label), Affine), 0.5f), "#ff00ff");

        // Two by two, and each has magenta of its own: a line around the ball, and the ball.
        var (width, height) = (picture.Width / 2, picture.Height / 2);
        var coloured = new[] { (0, 0), (1, 0), (0, 1), (1, 1) }.Select(panel => Count(picture, panel.Item1 * width, panel.Item2 * height, width, height)).ToArray();
        Assert.All(coloured[..3], count => Assert.InRange(count, 300, 6000));
        Assert.InRange(coloured[3], 20_000, 200_000);
    }

    [Fact]
    public void Several_labels_have_contours_and_surfaces_in_the_colour_of_each()
    {
        // A ball, and a smaller one of another label beside it.
        var labels = Ball(9);
        for (var voxel = 0; voxel < labels.Length; voxel++)
            labels[voxel] = Math.Pow((voxel % 40) - 33, 2) + Math.Pow((voxel / 40 % 40) - 20, 2) + Math.Pow((voxel / 1600) - 20, 2) < 16 ? (byte)2 : labels[voxel];
        var map = new LabelMap(Size, labels, Affine);
        var each = map.Values.Select(label => (map.Only(label), Surface(map.Only(label)), label == 1 ? "#ff00ff" : (string?)"#00ff00")).ToList();
        using var picture = Decode(PreviewPicture.Of(GreyVolume.Of(Scan()), map, each, "a-model 1.2.3: 3.1 + 0.3 ml"));

        var (width, height) = (picture.Width / 2, picture.Height / 2);
        foreach (var (column, row) in new[] { (0, 0), (1, 0), (0, 1), (1, 1) })
        {
            var green = Enumerable.Range(row * height, height).Sum(y => Enumerable.Range(column * width, width)
                .Count(x => picture.GetPixel(x, y) is { Red: < 60 } pixel && pixel.Green > 3 * pixel.Red && pixel.Green > 3 * pixel.Blue && pixel.Green > 40));
            var isSurface = (column, row) == (1, 1);
            Assert.InRange(Count(picture, column * width, row * height, width, height), isSurface ? 10_000 : 300, isSurface ? 200_000 : 6000);

            // The smaller one lies to the side of the ball: of the planes through the middle of both, one of them from the side passes it by.
            Assert.InRange(green, isSurface ? 1000 : 0, isSurface ? 50_000 : 3000);
        }

        SurfaceMesh Surface(LabelMap mask) => SurfaceMesh.Extract(new Volume(Size, Array.ConvertAll(mask.Labels, label => label > 0 ? 1f : 0f), Affine), 0.5f);
    }

    [Fact]
    public void A_segmentation_of_nothing_has_a_preview_too()
    {
        using var picture = Drawn(new byte[Size.Count], SurfaceMesh.Extract(new Volume(Size, new float[Size.Count], Affine), 0.5f), null);
        Assert.Equal(0, Count(picture, 0, 0, picture.Width, picture.Height));
    }

    [Fact]
    public void Grey_levels_are_those_of_a_picture_of_the_scan_itself()
    {
        var scan = Scan();
        var mask = new LabelMap(Size, Ball(9), Affine);
        using var direct = Decode(SlicePicture.Of(scan, AnatomicalPlane.Axial, 20));
        using var grey = Decode(SlicePicture.OfGrey(GreyVolume.Of(scan), AnatomicalPlane.Axial, 20, [(new LabelMap(Size, new byte[Size.Count], Affine), SKColors.Red)], 480));
        Assert.Equal(direct.Pixels, grey.Pixels);
        Assert.Throws<ArgumentException>(() => SlicePicture.OfGrey(GreyVolume.Of(scan), AnatomicalPlane.Axial, 0, [(new LabelMap(new GridSize(20, 40, 80), mask.Labels, Affine), SKColors.Red)], 480));
    }

    private static int Count(SKBitmap picture, int left, int top, int width, int height) => Enumerable.Range(top, height)
        .Sum(y => Enumerable.Range(left, width).Count(x => picture.GetPixel(x, y) is { Green: < 60 } pixel && pixel.Red > 3 * pixel.Green && pixel.Blue > 3 * pixel.Green && pixel.Red > 40));

    private static SKBitmap Drawn(byte[] mask, SurfaceMesh surface, string? colour) =>
        Decode(PreviewPicture.Of(GreyVolume.Of(Scan()), new LabelMap(Size, mask, Affine), [(new LabelMap(Size, mask, Affine), surface, colour)], "a-model 1.2.3: 3.1 ml"));

    private static SKBitmap Decode(Picture picture)
    {
        using (picture)
            return SKBitmap.Decode(picture.ToPng());
    }

    private static Volume Scan() => new(Size, [.. Enumerable.Range(0, (int)Size.Count).Select(voxel => (float)((voxel % 40) + (2 * (voxel / 40 % 40))))], Affine);

    private static byte[] Ball(double radius) => [.. Enumerable.Range(0, (int)Size.Count).Select(voxel =>
        Math.Pow((voxel % 40) - 20, 2) + Math.Pow((voxel / 40 % 40) - 20, 2) + Math.Pow((voxel / 1600) - 20, 2) < radius * radius ? (byte)1 : (byte)0)];
}
