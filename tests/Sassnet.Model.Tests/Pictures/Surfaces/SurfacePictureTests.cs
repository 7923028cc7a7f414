using System.Numerics;
using Sassnet.Model.Morphology;
using Sassnet.Model.Pictures;
using Sassnet.Model.Pictures.Surfaces;
using Sassnet.Model.Volumes;
using SkiaSharp;
using Xunit;

namespace Sassnet.Model.Tests.Pictures.Surfaces;

public sealed class SurfacePictureTests
{
    private const int Side = 200;

    private static readonly Dictionary<byte, string> Colours = new() { [3] = "#ff0000", [7] = "#00ff00" };

    [Fact]
    public void A_ball_is_drawn_as_a_disc_of_its_size()
    {
        var mesh = Ball(0, 10);
        using var picture = Decode(SurfacePicture.Of(mesh, SurfaceView.Front, Palette.Label, Side));
        var covered = picture.Pixels.Count(pixel => pixel != Palette.Background);

        // The ball touches the frame's sphere but for the margin of 3 % on each side, and the smoothing of its outermost voxels.
        Assert.Equal(Math.PI * Math.Pow(0.47 * Side, 2), covered, 0.05 * Side * Side);
    }

    [Fact]
    public void Surfaces_framed_together_have_pictures_of_one_size_and_scale()
    {
        SurfaceMesh[] both = [Ball(0, 20), Ball(0, 10)];
        using var large = Decode(SurfacePicture.Of(both[0], SurfaceView.Front, Palette.Label, Side, both));
        using var small = Decode(SurfacePicture.Of(both[1], SurfaceView.Front, Palette.Label, Side, both));
        Assert.Equal((large.Width, large.Height), (small.Width, small.Height));
        Assert.Equal(4, (double)Covered(large) / Covered(small), 0.3);

        static int Covered(SKBitmap picture) => picture.Pixels.Count(pixel => pixel != Palette.Background);
    }

    [Fact]
    public void What_is_nearer_hides_what_is_behind()
    {
        // The near ball lies to the front, the far one behind it.
        var near = Ball(15, 8);
        var far = Ball(-15, 8);
        var raster = new SurfaceRaster(Side, Side, Palette.Background);
        foreach (var (mesh, colour) in ((SurfaceMesh, SKColor)[])[(near, SKColors.Lime), (far, SKColors.Red)])
        {
            var view = new SurfaceView(0, 0);
            raster.Draw([.. MeshSmoothing.Positions(mesh).Select(vertex => (4 * view.Turn(vertex)) + new Vector3(Side / 2f))], [.. mesh.Triangles], colour);
        }

        var middle = raster.Pixels[(Side / 2) + (Side * Side / 2)];
        Assert.True(middle.Green > 50);
        Assert.Equal(0, middle.Red);
    }

    [Theory]
    [InlineData(0, -1, 0)]
    [InlineData(180, 1, 0)]
    [InlineData(90, 0, -1)]
    public void A_view_from_the_front_has_the_patients_left_on_the_right(double azimuth, float right, float front)
    {
        var seen = new SurfaceView(azimuth, 0);
        Assert.Equal(right, seen.Turn(Vector3.UnitX).X, 1e-5f);
        Assert.Equal(front, seen.Turn(Vector3.UnitY).X, 1e-5f);
        Assert.Equal(1, seen.Turn(Vector3.UnitZ).Y, 1e-5f);
    }

    [Fact]
    public void Smoothing_takes_the_steps_off_without_shrinking()
    {
        var mesh = Ball(0, 10);
        var smooth = MeshSmoothing.Apply(mesh);
        Assert.Equal(MeshSmoothing.Positions(mesh).Average(vertex => vertex.Length()), smooth.Average(vertex => vertex.Length()), 0.1f);
        Assert.True(Tilt(smooth) < Tilt(MeshSmoothing.Positions(mesh)) / 2);

        // How far faces are turned away from a ball's, in degrees.
        double Tilt(IReadOnlyList<Vector3> at) => mesh.Triangles.Average(face =>
        {
            var normal = Vector3.Cross(at[face.B] - at[face.A], at[face.C] - at[face.A]);
            var outward = at[face.A] + at[face.B] + at[face.C];
            return Math.Acos(Math.Min(1, Vector3.Dot(normal, outward) / normal.Length() / outward.Length())) * 180 / Math.PI;
        });
    }

    [Fact]
    public void An_empty_prediction_is_said_to_be_empty()
    {
        var size = new GridSize(12, 12, 12);
        var affine = Affine.Scaling(VoxelSize.Unit);
        var label = new byte[size.Count];
        for (var z = 3; z < 9; z++)
        {
            for (var y = 3; y < 9; y++)
                label.AsSpan(size.IndexOf(3, y, z), 6).Fill(1);
        }

        using var picture = Decode(SurfacePicture.Compare(new LabelMap(size, label, affine), new LabelMap(size, new byte[size.Count], affine), 100));
        var (leftHalf, rightHalf) = (Covered(0, picture.Width / 2), Covered(picture.Width / 2, picture.Width));
        Assert.True(leftHalf > rightHalf * 2);
        Assert.True(rightHalf > 0);

        int Covered(int from, int to) => Enumerable.Range(from, to - from).Sum(x => Enumerable.Range(40, 60).Count(y => picture.GetPixel(x, y) != Palette.Background));
    }

    [Fact]
    public void Of_several_labels_each_has_its_colour_so_that_exchanged_ones_are_seen()
    {
        using var right = Decode(SurfacePicture.Compare(Boxes(3, 7), Boxes(3, 7), 100, colours: Colours));
        using var wrong = Decode(SurfacePicture.Compare(Boxes(3, 7), Boxes(7, 3), 100, colours: Colours));

        // The larger one is on the left red in both pictures, and on the right in that which is right.
        Assert.True(Red(right, isLeft: true) > 2 * Green(right, isLeft: true));
        Assert.True(Red(right, isLeft: false) > 2 * Green(right, isLeft: false));
        Assert.True(Red(wrong, isLeft: true) > 2 * Green(wrong, isLeft: true));
        Assert.True(Green(wrong, isLeft: false) > 2 * Red(wrong, isLeft: false));
        Assert.True(Red(wrong, isLeft: false) > 20);

        static int Red(SKBitmap picture, bool isLeft) => Half(picture, isLeft).Count(pixel => pixel.Red > pixel.Green + 30);

        static int Green(SKBitmap picture, bool isLeft) => Half(picture, isLeft).Count(pixel => pixel.Green > pixel.Red + 30);

        static IEnumerable<SKColor> Half(SKBitmap picture, bool isLeft) =>
            picture.Pixels.Where((_, index) => (index % picture.Width < picture.Width / 2) == isLeft);

        // A cube, and a smaller one to its side.
        static LabelMap Boxes(byte larger, byte smaller)
        {
            var size = new GridSize(24, 12, 12);
            var labels = new byte[size.Count];
            for (var z = 2; z < 10; z++)
            {
                for (var y = 2; y < 10; y++)
                {
                    labels.AsSpan(size.IndexOf(2, y, z), 8).Fill(larger);
                    if (y is > 3 and < 8 && z is > 3 and < 8)
                        labels.AsSpan(size.IndexOf(16, y, z), 4).Fill(smaller);
                }
            }

            return new LabelMap(size, labels, Affine.Scaling(VoxelSize.Unit));
        }
    }

    private static SurfaceMesh Ball(double front, double radius)
    {
        var size = new GridSize(60, 60, 60);
        var mask = new float[size.Count];
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                for (var x = 0; x < size.X; x++)
                    mask[size.IndexOf(x, y, z)] = Math.Sqrt(Math.Pow(x - 30, 2) + Math.Pow(y - 30 - front, 2) + Math.Pow(z - 30, 2)) < radius ? 1 : 0;
            }
        }

        return SurfaceMesh.Extract(new Volume(size, mask, new Affine([1, 0, 0, -30, 0, 1, 0, -30, 0, 0, 1, -30])), 0.5f);
    }

    private static SKBitmap Decode(Picture picture)
    {
        using (picture)
            return SKBitmap.Decode(picture.ToPng());
    }
}
