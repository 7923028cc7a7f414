using Sassnet.Model.Preprocessing;
using Sassnet.Model.Tests.Inference;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Preprocessing;

public class FieldOfViewTests
{
    private static readonly GridSize Size = new(20, 18, 12);

    public static TheoryData<int, int, int, int, int, int> Margins => new()
    {
        { 0, 0, 0, 0, 0, 0 },
        { 3, 0, 0, 0, 0, 0 },
        { 0, 0, 0, 4, 0, 0 },
        { 0, 5, 0, 0, 2, 0 },
        { 0, 0, 1, 0, 0, 6 },
        { 1, 2, 3, 4, 5, 6 },
    };

    [Theory]
    [MemberData(nameof(Margins))]
    public void It_is_what_was_there_before_padding(int left, int front, int foot, int right, int back, int head)
    {
        var scan = Scans.Ellipsoid(Size);
        var padded = new GridBox((-left, -front, -foot), new GridSize(left + Size.X + right, front + Size.Y + back, foot + Size.Z + head)).Apply(scan, padding: -7);

        var found = FieldOfView.Of(padded);

        Assert.Equal(((left, front, foot), Size), (found.Start, found.Size));
        var imaged = found.Apply(padded, padding: 0);
        Assert.Equal(scan.Voxels, imaged.Voxels);
        Assert.Equal(scan.Affine, imaged.Affine);
    }

    [Fact]
    public void Faces_may_be_constant_at_different_values()
    {
        var scan = Scans.Ellipsoid(Size);
        var below = new GridBox((0, 0, -2), new GridSize(Size.X, Size.Y, Size.Z + 2)).Apply(scan, padding: -1000);
        var both = new GridBox((0, 0, 0), new GridSize(Size.X, Size.Y, Size.Z + 5)).Apply(below, padding: 255);
        var found = FieldOfView.Of(both);
        Assert.Equal(((0, 0, 2), Size), (found.Start, found.Size));
    }

    [Fact]
    public void A_constant_plane_between_others_stays()
    {
        var scan = Scans.Ellipsoid(Size);
        scan.Voxels.AsSpan(Size.IndexOf(0, 0, 5), Size.X * Size.Y).Clear();
        Assert.Equal(Size, FieldOfView.Of(scan).Size);
    }

    [Fact]
    public void One_voxel_that_differs_is_imaged()
    {
        var voxels = new float[Size.Count];
        voxels[Size.IndexOf(6, 17, 3)] = 1;
        var found = FieldOfView.Of(new Volume(Size, voxels, Affine.Scaling(VoxelSize.Unit)));
        Assert.Equal(((6, 17, 3), new GridSize(1, 1, 1)), (found.Start, found.Size));
    }

    [Theory]
    [InlineData(20, 18, 12)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 9)]
    public void A_constant_volume_is_a_field_of_view_as_it_is(int x, int y, int z)
    {
        var size = new GridSize(x, y, z);
        var found = FieldOfView.Of(new Volume(size, new float[size.Count], Affine.Scaling(VoxelSize.Unit)));
        Assert.Equal(((0, 0, 0), size), (found.Start, found.Size));
    }
}
