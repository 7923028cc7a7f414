using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Volumes;

public class GridBoxTests
{
    private static readonly GridSize Grid = new(9, 8, 7);

    [Fact]
    public void The_bounding_box_holds_every_voxel_that_is_not_zero()
    {
        var mask = new byte[Grid.Count];
        Assert.Null(GridBox.Bounding(mask, Grid));
        mask[Grid.IndexOf(7, 2, 3)] = 200;
        mask[Grid.IndexOf(1, 5, 3)] = 1;
        Assert.Equal(new GridBox((1, 2, 3), new GridSize(7, 4, 1)), GridBox.Bounding(mask, Grid));
        Assert.Throws<ArgumentException>(() => GridBox.Bounding(mask, new GridSize(9, 8, 6)));
    }

    [Fact]
    public void Grows_as_far_as_the_grid_reaches() =>
        Assert.Equal(new GridBox((0, 0, 1), new GridSize(9, 8, 5)), new GridBox((1, 2, 3), new GridSize(7, 4, 1)).Grow(2, Grid));

    [Fact]
    public void The_union_holds_both_boxes() =>
        Assert.Equal(
            new GridBox((1, 0, 2), new GridSize(5, 6, 4)),
            new GridBox((1, 4, 2), new GridSize(2, 2, 1)).Union(new GridBox((5, 0, 3), new GridSize(1, 1, 3))));

    [Fact]
    public void A_grid_lies_in_the_middle_of_the_box_around_it_and_the_odd_voxel_comes_after() =>
        Assert.Equal(new GridBox((-3, -4, 0), new GridSize(16, 16, 7)), GridBox.Around(Grid, new GridSize(16, 16, 7)));

    [Fact]
    public void A_margin_adds_and_takes_away_at_both_faces_across_each_axis()
    {
        Assert.Equal(new GridBox((-5, -5, -5), new GridSize(19, 18, 17)), GridBox.WithMargin(Grid, 5));
        Assert.Equal(new GridBox((2, 0, -1), new GridSize(5, 8, 9)), GridBox.WithMargin(Grid, (-2, 0, 1)));
    }

    [Fact]
    public void Copies_its_voxels_out_of_a_grid()
    {
        int[] voxels = [.. Enumerable.Range(0, (int)Grid.Count)];
        var box = new int[8];
        new GridBox((3, 4, 5), new GridSize(2, 2, 2)).CopyFrom(voxels, Grid, box);
        Assert.Equal([Grid.IndexOf(3, 4, 5), Grid.IndexOf(4, 4, 5), Grid.IndexOf(3, 5, 5), Grid.IndexOf(4, 5, 5)], box[..4]);
        Assert.Equal(Grid.IndexOf(4, 5, 6), box[7]);
    }

    [Fact]
    public void What_it_takes_from_beyond_the_grid_is_padding()
    {
        int[] voxels = [.. Enumerable.Range(0, (int)Grid.Count)];
        var taken = new GridBox((-1, 7, 6), new GridSize(2, 2, 1)).Take(voxels, Grid, -5);
        Assert.Equal([-5, Grid.IndexOf(0, 7, 6), -5, -5], taken);
    }
}
