using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Morphology;

public class BoundingBoxTests
{
    private static readonly GridSize Grid = new(9, 8, 7);

    [Fact]
    public void Holds_every_voxel_that_is_not_zero()
    {
        var mask = new byte[Grid.Count];
        Assert.Null(BoundingBox.Of(mask, Grid));
        mask[Grid.IndexOf(7, 2, 3)] = 200;
        mask[Grid.IndexOf(1, 5, 3)] = 1;
        Assert.Equal(new BoundingBox(1, 2, 3, new GridSize(7, 4, 1)), BoundingBox.Of(mask, Grid));
        Assert.Throws<ArgumentException>(() => BoundingBox.Of(mask, new GridSize(9, 8, 6)));
    }

    [Fact]
    public void Grows_as_far_as_the_grid_reaches() =>
        Assert.Equal(new BoundingBox(0, 0, 1, new GridSize(9, 8, 5)), new BoundingBox(1, 2, 3, new GridSize(7, 4, 1)).Grow(2, Grid));

    [Fact]
    public void The_union_holds_both_boxes() =>
        Assert.Equal(
            new BoundingBox(1, 0, 2, new GridSize(5, 6, 4)),
            new BoundingBox(1, 4, 2, new GridSize(2, 2, 1)).Union(new BoundingBox(5, 0, 3, new GridSize(1, 1, 3))));

    [Fact]
    public void Copies_its_voxels_out_of_a_grid()
    {
        int[] voxels = [.. Enumerable.Range(0, (int)Grid.Count)];
        var box = new int[8];
        new BoundingBox(3, 4, 5, new GridSize(2, 2, 2)).CopyFrom<int>(voxels, Grid, box);
        Assert.Equal([Grid.IndexOf(3, 4, 5), Grid.IndexOf(4, 4, 5), Grid.IndexOf(3, 5, 5), Grid.IndexOf(4, 5, 5)], box[..4]);
        Assert.Equal(Grid.IndexOf(4, 5, 6), box[7]);
    }
}
