using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Inference.Passes;

public sealed class TileGridTests
{
    [Fact]
    public void Every_voxel_is_kept_of_one_tile_that_reaches_the_halo_beyond_it()
    {
        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var volume = new GridSize(random.Next(1, 200), random.Next(1, 150), random.Next(1, 70));
            var halo = 8 * random.Next(1, 5);
            var padded = GridBox.Around(volume, new GridSize(Up(volume.X), Up(volume.Y), Up(volume.Z)));
            var most = padded.Size.Count * (0.3 + (0.7 * random.NextDouble()));
            if (TileGrid.Within(volume, tile => tile.Count <= most, halo) is not { } grid)
                continue;
            var kept = new byte[volume.Count];
            var tiles = grid.Tiles.ToList();
            foreach (var (box, core) in tiles)
            {
                for (var axis = 0; axis < 3; axis++)
                {
                    var (start, end, length) = (At(core.Start, axis), At(core.End, axis), volume[axis]);
                    var (boxStart, boxEnd) = (At(box.Start, axis), At(box.End, axis));
                    Assert.InRange(start, 0, end - 1);
                    Assert.InRange(end, 1, length);
                    Assert.True(start == 0 ? boxStart == At(padded.Start, axis) : start - boxStart >= halo, $"{volume}, halo {halo}: {box} and {core}");
                    Assert.True(end == length ? boxEnd == At(padded.End, axis) : boxEnd - end >= halo, $"{volume}, halo {halo}: {box} and {core}");
                    Assert.Equal(0, (boxStart - At(padded.Start, axis)) % 16);
                    Assert.Equal(0, box.Size[axis] % 16);
                    Assert.InRange(box.Size[axis], 16, grid.Largest[axis]);
                }

                Count(kept, volume, core);
            }

            Assert.All(kept, times => Assert.Equal(1, times));
            Assert.Equal(grid.Count, tiles.Count);
            Assert.Equal(grid.NetworkVoxels, tiles.Sum(tile => tile.Box.Size.Count));
            Assert.True(grid.Largest.Count <= most);
        }

        static int Up(int side) => (side + 15) / 16 * 16;
        static int At((int X, int Y, int Z) place, int axis) => axis switch { 0 => place.X, 1 => place.Y, _ => place.Z };
    }

    [Fact]
    public void One_pass_is_one_tile_that_is_kept_whole()
    {
        var volume = new GridSize(45, 40, 21);
        var (box, core) = Assert.Single(TileGrid.OnePass(volume).Tiles);
        Assert.Equal((GridBox.Around(volume, new GridSize(48, 48, 32)), GridBox.Whole(volume)), (box, core));
    }

    [Fact]
    public void Of_the_ways_to_cut_the_one_with_the_least_work_is_taken()
    {
        var cube = TileGrid.Within(new GridSize(320, 320, 320), tile => tile.Count <= 320 * 320 * 120, halo: 16)!;
        Assert.Equal((4, new GridSize(320, 176, 176)), (cube.Count, cube.Largest));
        var plank = TileGrid.Within(new GridSize(480, 160, 64), tile => tile.Count <= 300 * 160 * 64, halo: 16)!;
        Assert.Equal((2, new GridSize(256, 160, 64)), (plank.Count, plank.Largest));
    }

    [Fact]
    public void Of_the_ways_that_take_the_least_memory_the_one_with_the_least_work_is_taken()
    {
        var plank = new GridSize(480, 160, 64);
        Assert.Equal(new GridSize(144, 144, 64), TileGrid.Least(plank, tile => tile.Count).Largest);

        // Where smaller ones take as much, they are not worth their work.
        var least = TileGrid.Least(plank, tile => Math.Max(tile.X, 176));
        Assert.Equal((8, new GridSize(176, 160, 64)), (least.Count, least.Largest));
        Assert.Equal(1, TileGrid.Least(plank, _ => 1).Count);
    }

    [Fact]
    public void Tiles_that_come_to_more_work_than_is_wanted_are_not_taken()
    {
        var cube = new GridSize(512, 512, 256);
        Assert.InRange(TileGrid.Least(cube, tile => tile.Count).NetworkVoxels, 100 * cube.Count, long.MaxValue);
        Assert.InRange(TileGrid.Least(cube, tile => tile.Count, mostWork: 4).NetworkVoxels, cube.Count, 4 * cube.Count);
        Assert.Equal(1, TileGrid.Least(cube, tile => tile.Count, mostWork: 1).Count);
        Assert.NotNull(TileGrid.Fitting(cube, 160 * 160 * 160, pass => pass.Count, tile => tile.Count));
        Assert.Null(TileGrid.Fitting(cube, 160 * 160 * 160, pass => pass.Count, tile => tile.Count, mostWork: 4));
    }

    [Fact]
    public void Nothing_is_cut_where_no_tile_would_fit() =>
        Assert.Null(TileGrid.Within(new GridSize(200, 200, 200), tile => tile.Count <= 16 * 16 * 16));

    /// <summary>One pass without slabs would take 11 GB (bfloat16) or 21 (float32) of 60 million voxels.</summary>
    [Theory]
    [InlineData(128, 128, 128)]
    [InlineData(300, 300, 300)]
    [InlineData(512, 512, 100)]
    [InlineData(576, 576, 180)]
    [InlineData(392, 392, 392)]
    public void Three_gigabytes_suffice_for_one_pass_in_slabs_of_sixty_million_voxels(int x, int y, int z)
    {
        var volume = new GridSize(x, y, z);
        foreach (var bytesPerValue in (int[])[sizeof(short), sizeof(float)])
        {
            var tiles = TileGrid.Within(volume, tile => ActivationMemory.OfTiles(volume, tile, 16, bytesPerValue) <= 3_000_000_000)!;
            Assert.Equal(1, tiles.Count);
        }
    }

    private static void Count(byte[] kept, GridSize volume, GridBox core)
    {
        for (var z = core.Start.Z; z < core.End.Z; z++)
        {
            for (var y = core.Start.Y; y < core.End.Y; y++)
            {
                foreach (ref var times in kept.AsSpan(volume.IndexOf(core.Start.X, y, z), core.Size.X))
                    times++;
            }
        }
    }
}
