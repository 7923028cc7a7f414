using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class StructurePointsTests
{
    private const int Draws = 4000;

    private static readonly GridSize Grid = new(40, 30, 20);

    [Fact]
    public void Structures_are_drawn_evenly_however_large_they_are_and_each_all_over()
    {
        // Half of the scan, two voxels, and a number that it has none of between.
        var mask = new byte[Grid.Count];
        mask.AsSpan(mask.Length / 2).Fill(3);
        mask[Grid.IndexOf(5, 6, 7)] = 1;
        mask[Grid.IndexOf(8, 6, 7)] = 1;
        var points = new StructurePoints(Scan(mask), new Random(1));
        var random = new Random(2);
        var drawn = Enumerable.Range(0, Draws).Select(_ => points.Draw(random)!.Value).ToList();
        Assert.All(drawn, voxel => Assert.Equal(voxel.Number, mask[Grid.IndexOf(voxel.X, voxel.Y, voxel.Z)]));
        var (small, large) = (drawn.Where(voxel => voxel.Number == 1).ToList(), drawn.Where(voxel => voxel.Number == 3).ToList());
        Assert.InRange(small.Count, 0.45 * Draws, 0.55 * Draws);
        Assert.InRange(small.Count(voxel => voxel.X == 5), 0.45 * small.Count, 0.55 * small.Count);
        for (var z = 10; z < Grid.Z; z++)
            Assert.InRange(large.Count(voxel => voxel.Z == z), 0.06 * large.Count, 0.14 * large.Count);
    }

    [Fact]
    public void Of_a_large_structure_no_more_voxels_are_kept_than_make_a_difference_and_the_same_ones_again()
    {
        var mask = new byte[Grid.Count];
        mask.AsSpan().Fill(1);
        var (random, other) = (new Random(3), new Random(3));
        var (points, again) = (new StructurePoints(Scan(mask), new Random(1)), new StructurePoints(Scan(mask), new Random(1)));
        var seen = new HashSet<StructureVoxel>();
        for (var i = 0; i < 20 * Draws; i++)
        {
            var voxel = points.Draw(random)!.Value;
            Assert.Equal(voxel, again.Draw(other));
            seen.Add(voxel);
        }

        Assert.Equal(4096, seen.Count);
    }

    [Fact]
    public void A_scan_without_any_structure_has_none() => Assert.Null(new StructurePoints(Scan(new byte[Grid.Count]), new Random(1)).Draw(new Random(2)));

    private static TrainingScan Scan(byte[] mask) => new("made", Grid, Affine.Scaling(VoxelSize.Unit), new float[Grid.Count], mask);
}
