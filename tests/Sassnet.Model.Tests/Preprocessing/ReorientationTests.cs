using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Preprocessing;

public sealed class ReorientationTests
{
    // Longer than a block of the copy along every axis, and none a multiple of it.
    private static readonly GridSize Size = new(19, 35, 21);
    private static readonly string[] Codes =
    [
        .. from first in "RLAPSI"
           from second in "RLAPSI"
           from third in "RLAPSI"
           let code = $"{first}{second}{third}"
           where IsOrientation(code)
           select code,
    ];

    public static TheoryData<string> AllOrientations => [.. Codes];

    [Fact]
    public void There_are_48_orientations() => Assert.Equal(48, Codes.Length);

    [Theory]
    [MemberData(nameof(AllOrientations))]
    public void Every_voxel_stays_where_it_is_in_the_patient(string code)
    {
        var volume = Numbered(Oblique);
        var moved = new Reorientation(Size, Oblique, Orientation.Parse(code)).Apply(volume);

        Assert.Equal(code, Orientation.Of(moved.Affine).Code);
        for (var z = 0; z < moved.Size.Z; z++)
        {
            for (var y = 0; y < moved.Size.Y; y++)
            {
                for (var x = 0; x < moved.Size.X; x++)
                {
                    var number = (int)moved.Voxels[moved.Size.IndexOf(x, y, z)];
                    var expected = Oblique.Apply(number % Size.X, number / Size.X % Size.Y, number / (Size.X * Size.Y));
                    var actual = moved.Affine.Apply(x, y, z);
                    if (Math.Abs(expected.R - actual.R) + Math.Abs(expected.A - actual.A) + Math.Abs(expected.S - actual.S) > 1e-9)
                        Assert.Fail($"Voxel ({x}, {y}, {z}) moved from {expected} to {actual}.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllOrientations))]
    public void There_and_back_are_the_very_voxels(string code)
    {
        var volume = Numbered(Oblique);
        var moved = new Reorientation(Size, Oblique, Orientation.Parse(code)).Apply(volume);

        var back = new Reorientation(moved.Size, moved.Affine, Orientation.Of(Oblique)).Apply(moved);

        Assert.Equal(Size, back.Size);
        Assert.True(volume.Voxels.AsSpan().SequenceEqual(back.Voxels));
    }

    [Theory]
    [MemberData(nameof(AllOrientations))]
    public void Planes_one_by_one_are_those_of_the_moved_volume(string code)
    {
        var volume = Numbered(Oblique);
        var reorientation = new Reorientation(Size, Oblique, Orientation.Parse(code));

        var planes = Enumerable.Range(0, reorientation.TargetSize.Z).SelectMany(index => reorientation.Plane(volume, index)).ToArray();

        Assert.Equal(reorientation.Apply(volume).Voxels, planes);
        Assert.Throws<ArgumentOutOfRangeException>(() => reorientation.Plane(volume, reorientation.TargetSize.Z));
        Assert.Throws<ArgumentOutOfRangeException>(() => reorientation.Plane(volume, -1));
    }

    [Fact]
    public void Label_maps_move_as_volumes_do()
    {
        var volume = Numbered(Oblique);
        var labels = new LabelMap(Size, Array.ConvertAll(volume.Voxels, voxel => (byte)voxel), Oblique);
        var reorientation = new Reorientation(Size, Oblique, Orientation.Parse("SPR"));

        var moved = reorientation.Apply(labels);

        Assert.Equal(Array.ConvertAll(reorientation.Apply(volume).Voxels, voxel => (byte)voxel), moved.Labels);
    }

    [Fact]
    public void Nothing_is_copied_where_nothing_moves()
    {
        var volume = Numbered(Oblique);
        var reorientation = new Reorientation(Size, Oblique, Orientation.Of(Oblique));

        Assert.True(reorientation.IsIdentity);
        Assert.Same(volume, reorientation.Apply(volume));
    }

    [Fact]
    public void A_volume_on_another_grid_is_refused()
    {
        var reorientation = new Reorientation(Size, Oblique, Orientation.Ras);
        var other = new Volume(new GridSize(2, 2, 2), new float[8], Oblique);

        Assert.Contains("19x35x21", Assert.Throws<ArgumentException>(() => reorientation.Apply(other)).Message);
    }

    // First axis mostly to the left, second mostly to the feet, third mostly to the front.
    private static Affine Oblique { get; } = new([-1.9, 0.2, 0.3, 55.5, 0.3, 0.25, 1.2, -40.25, 0.1, -0.8, 0.2, 7.75]);

    private static Volume Numbered(Affine affine)
    {
        var voxels = new float[Size.Count];
        for (var i = 0; i < voxels.Length; i++)
            voxels[i] = i;
        return new Volume(Size, voxels, affine);
    }

    private static bool IsOrientation(string code)
    {
        try
        {
            return Orientation.Parse(code).Code == code;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
