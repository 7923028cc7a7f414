using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Morphology;

public class ConnectedComponentsTests
{
    [Theory]
    [InlineData(Connectivity.Face, 4)]
    [InlineData(Connectivity.Edge, 3)]
    [InlineData(Connectivity.Corner, 1)]
    public void Connectivity_decides_what_touches(Connectivity connectivity, int expected)
    {
        // An edge joins the first two voxels (in x and y), corners join both to the third and the third to the fourth.
        var size = new GridSize(4, 4, 4);
        var mask = new byte[size.Count];
        foreach (var (x, y, z) in new[] { (0, 1, 0), (1, 0, 0), (2, 1, 1), (3, 2, 2) })
            mask[size.IndexOf(x, y, z)] = 1;
        Assert.Equal(expected, ConnectedComponents.Of(mask, size, connectivity).Count);
    }

    [Theory]
    [InlineData(Connectivity.Face, 0.5)]
    [InlineData(Connectivity.Face, 0.25)]
    [InlineData(Connectivity.Edge, 0.15)]
    [InlineData(Connectivity.Corner, 0.08)]
    [InlineData(Connectivity.Corner, 0.95)]
    public void Equals_a_flood_fill_on_random_masks(Connectivity connectivity, double density)
    {
        var random = new Random(5);
        for (var trial = 0; trial < 10; trial++)
        {
            var size = new GridSize(random.Next(1, 20), random.Next(1, 15), random.Next(1, 12));
            var mask = RandomMasks.Make(size, density, random);
            var components = ConnectedComponents.Of(mask, size, connectivity);
            var expected = FloodFill(mask, size, (int)connectivity);
            Assert.Equal(expected, components.ToLabels());
            Assert.Equal(expected.Max(), components.Count);
            for (var component = 0; component < components.Count; component++)
                Assert.Equal(expected.Count(label => label == component + 1), components.Sizes[component]);
        }
    }

    [Fact]
    public void Keeping_the_largest_clears_the_rest_and_leaves_its_values()
    {
        byte[] mask = [1, 1, 0, 7, 8, 9, 0, 1];
        Assert.Equal((3, 2), ConnectedComponents.KeepLargest(mask, new GridSize(8, 1, 1), Connectivity.Face));
        Assert.Equal([0, 0, 0, 7, 8, 9, 0, 0], mask);
    }

    [Fact]
    public void Of_equally_large_components_the_first_stays()
    {
        byte[] mask = [0, 1, 0, 2, 2, 0, 3, 3];
        Assert.Equal((3, 2), ConnectedComponents.KeepLargest(mask, new GridSize(8, 1, 1), Connectivity.Corner));
        Assert.Equal([0, 0, 0, 2, 2, 0, 0, 0], mask);
    }

    [Theory]
    [InlineData(1, 3, 0.5, new byte[] { 0, 0, 0, 7, 8, 9, 0, 0, 0, 0 })]
    [InlineData(2, 2, 4 / 6.0, new byte[] { 1, 0, 0, 7, 8, 9, 0, 0, 0, 0 })]
    [InlineData(3, 1, 5 / 6.0, new byte[] { 1, 0, 0, 7, 8, 9, 0, 2, 0, 0 })]
    [InlineData(4, 0, 1, new byte[] { 1, 0, 0, 7, 8, 9, 0, 2, 0, 3 })]
    [InlineData(9, 0, 1, new byte[] { 1, 0, 0, 7, 8, 9, 0, 2, 0, 3 })]
    [InlineData(0, 0, 1, new byte[] { 1, 0, 0, 7, 8, 9, 0, 2, 0, 3 })]
    public void As_many_of_the_largest_stay_as_are_asked_for_and_all_for_none(int kept, int removed, double share, byte[] expected)
    {
        byte[] mask = [1, 0, 0, 7, 8, 9, 0, 2, 0, 3];
        var components = ConnectedComponents.Of(mask, new GridSize(10, 1, 1), Connectivity.Face);
        Assert.Equal((share, expected.Count(value => value != 0)), (components.ShareOfLargest(kept), components.VoxelsOfLargest(kept)));
        Assert.Equal(removed, components.ClearOthers(mask, kept));
        Assert.Equal(expected, mask);
    }

    [Fact]
    public void An_empty_mask_has_no_component_and_a_full_one_has_one()
    {
        var size = new GridSize(3, 4, 5);
        var (empty, full) = (new byte[60], Enumerable.Repeat((byte)1, 60).ToArray());
        Assert.Equal((0, 0), ConnectedComponents.KeepLargest(empty, size, Connectivity.Face));
        Assert.Equal((0L, double.NaN), (ConnectedComponents.Of(empty, size, Connectivity.Face).VoxelsOfLargest(), ConnectedComponents.Of(empty, size, Connectivity.Face).ShareOfLargest()));
        Assert.Equal((1, 0), ConnectedComponents.KeepLargest(full, size, Connectivity.Face));
        Assert.DoesNotContain((byte)0, full);
    }

    [Fact]
    public void Another_grid_or_connectivity_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ConnectedComponents.Of(new byte[59], new GridSize(3, 4, 5), Connectivity.Face));
        var failure = Assert.Throws<ArgumentException>(() => ConnectedComponents.Of(new byte[60], new GridSize(3, 4, 5), (Connectivity)8));
        Assert.Contains("6, 18 or 26; got 8", failure.Message, StringComparison.Ordinal);
    }

    private static int[] FloodFill(byte[] mask, GridSize size, int neighbours)
    {
        var axesThatMayDiffer = neighbours switch { 6 => 1, 18 => 2, _ => 3 };
        var labels = new int[mask.Length];
        var count = 0;
        for (var seed = 0; seed < mask.Length; seed++)
        {
            if (mask[seed] == 0 || labels[seed] != 0)
                continue;
            labels[seed] = ++count;
            var open = new Stack<int>([seed]);
            while (open.TryPop(out var voxel))
            {
                foreach (var next in Neighbours(voxel, size, axesThatMayDiffer).Where(next => mask[next] != 0 && labels[next] == 0))
                {
                    labels[next] = count;
                    open.Push(next);
                }
            }
        }

        return labels;
    }

    private static IEnumerable<int> Neighbours(int voxel, GridSize size, int axesThatMayDiffer)
    {
        var (x, y, z) = (voxel % size.X, voxel / size.X % size.Y, voxel / (size.X * size.Y));
        for (var dz = -1; dz <= 1; dz++)
        {
            for (var dy = -1; dy <= 1; dy++)
            {
                for (var dx = -1; dx <= 1; dx++)
                {
                    var inside = x + dx >= 0 && x + dx < size.X && y + dy >= 0 && y + dy < size.Y && z + dz >= 0 && z + dz < size.Z;
                    if (inside && Math.Abs(dx) + Math.Abs(dy) + Math.Abs(dz) <= axesThatMayDiffer)
                        yield return size.IndexOf(x + dx, y + dy, z + dz);
                }
            }
        }
    }
}
