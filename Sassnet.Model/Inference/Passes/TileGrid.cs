using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference.Passes;

/// <summary>One pass over a part of a volume.</summary>
/// <param name="Box">What the network gets, counted in the volume's grid; zeros where it reaches beyond.</param>
/// <param name="Core">What is kept of its answer: inside the volume and at least the halo away from every face of the box behind which the volume goes on.</param>
public readonly record struct Tile(GridBox Box, GridBox Core)
{
    /// <summary>Its planes along X from one to before another, counted from the box's first; null where nothing of them is kept.</summary>
    internal Tile? Planes(int start, int end)
    {
        var (before, box) = (Box.Start.X - Core.Start.X, Box.Planes(start, end));
        var (first, last) = (Math.Max(0, before + start), Math.Min(Core.Size.X, before + end));
        return first < last ? new Tile(box, Core.Planes(first, last)) : null;
    }
}

/// <summary>
/// The boxes that a network is led over, one after the other, where one pass over a volume does not fit into the memory (decision 10). They start at multiples of
/// 16, so that every level's voxels are those of one pass, and overlap by twice the halo; each voxel is kept of one tile.
/// </summary>
public sealed class TileGrid
{
    /// <summary>
    /// How many voxels of context a tile gives to what is kept of it, where the volume goes on: a multiple of 8, since two neighbours share twice as many. The
    /// network can see 145 voxels far and leans on what it sees: with 64 each of five scans kept a Dice of 0.9997 and more against one pass, with 48 not all kept
    /// 0.999 (decision 10).
    /// </summary>
    public const int Halo = 64;

    private readonly (int X, int Y, int Z) _start;
    private readonly AxisCut[] _cuts;

    private TileGrid(GridSize volume, AxisCut x, AxisCut y, AxisCut z, bool inSlabs)
    {
        (Volume, InSlabs) = (volume, inSlabs);
        (_start, _cuts) = (GridPadding.ToMultiples(volume).Start, [x, y, z]);
    }

    /// <summary>The volume.</summary>
    public GridSize Volume { get; }

    /// <summary>Whether memory is so short that the finest levels of each tile are computed slab by slab (<see cref="FoldedVNet.ForwardInSlabs"/>).</summary>
    public bool InSlabs { get; }

    /// <summary>The number of tiles.</summary>
    public int Count => _cuts[0].Count * _cuts[1].Count * _cuts[2].Count;

    /// <summary>The sides of the largest tile, multiples of 16.</summary>
    public GridSize Largest => new(_cuts[0].Longest, _cuts[1].Longest, _cuts[2].Longest);

    /// <summary>The voxels of all tiles, padding and overlaps counted.</summary>
    public long NetworkVoxels => (long)_cuts[0].Total * _cuts[1].Total * _cuts[2].Total;

    /// <summary>The tiles, X slowest.</summary>
    public IEnumerable<Tile> Tiles =>
        from x in Enumerable.Range(0, _cuts[0].Count)
        from y in Enumerable.Range(0, _cuts[1].Count)
        from z in Enumerable.Range(0, _cuts[2].Count)
        select TileAt(x, y, z);

    /// <summary>One pass over the whole volume.</summary>
    public static TileGrid OnePass(GridSize volume)
    {
        var padded = GridPadding.ToMultiples(volume).Size;
        return new TileGrid(volume, new AxisCut(padded.X), new AxisCut(padded.Y), new AxisCut(padded.Z), inSlabs: false);
    }

    /// <summary>One pass where there is memory for it, else the tiles of least work that there is memory for.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="memory">In bytes.</param>
    /// <param name="ofOnePass">What one pass over a grid takes, padding included, in bytes.</param>
    /// <param name="ofTiles">What tiles take of which the largest has these sides, in bytes.</param>
    /// <param name="mostWork">Tiles that come to more voxels than so many times those of one pass are not taken.</param>
    /// <returns>Null where no such tiles fit.</returns>
    public static TileGrid? Fitting(GridSize volume, long memory, Func<GridSize, long> ofOnePass, Func<GridSize, long> ofTiles, double mostWork = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(ofOnePass);
        ArgumentNullException.ThrowIfNull(ofTiles);
        var onePass = OnePass(volume);
        return ofOnePass(onePass.Largest) <= memory ? onePass : LeastWork(Ways(volume, Halo, mostWork).Where(tiles => ofTiles(tiles.Largest) <= memory));
    }

    /// <summary>What to try next where memory ran out over these: as large tiles in slabs, and after that half as large ones each time.</summary>
    /// <returns>Null where there are no smaller ones.</returns>
    public TileGrid? Smaller()
    {
        var most = InSlabs ? Largest.Count / 2 : Largest.Count;
        return Within(Volume, tile => tile.Count <= most);
    }

    /// <summary>Of the tiles that fit, those with the least work: the fewest where two ways come to as much. They are computed in slabs.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="fits">Whether there is memory for a tile of these sides, multiples of 16.</param>
    /// <param name="halo">A multiple of 8; <see cref="Halo"/> unless it is what is measured.</param>
    /// <returns>Null where not even the smallest tiles fit.</returns>
    public static TileGrid? Within(GridSize volume, Func<GridSize, bool> fits, int halo = Halo)
    {
        ArgumentNullException.ThrowIfNull(fits);
        return LeastWork(Ways(volume, halo).Where(tiles => fits(tiles.Largest)));
    }

    /// <summary>The tiles that take the least memory, where there may not be enough for any: of several that do, those with the least work. They are computed in slabs.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="memory">What a tile of these sides, multiples of 16, takes.</param>
    /// <param name="mostWork">Tiles that come to more voxels than so many times those of one pass are not taken; 1 or more.</param>
    public static TileGrid Least(GridSize volume, Func<GridSize, long> memory, double mostWork = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return Ways(volume, Halo, mostWork).MinBy(tiles => (memory(tiles.Largest), tiles.NetworkVoxels, tiles.Count))!;
    }

    private static TileGrid? LeastWork(IEnumerable<TileGrid> ways) => ways.MinBy(tiles => (tiles.NetworkVoxels, tiles.Count));

    private static IEnumerable<TileGrid> Ways(GridSize volume, int halo, double mostWork = double.PositiveInfinity)
    {
        var padded = GridPadding.ToMultiples(volume).Size;
        return from x in AxisCut.Ways(padded.X, 2 * halo)
               from y in AxisCut.Ways(padded.Y, 2 * halo)
               from z in AxisCut.Ways(padded.Z, 2 * halo)
               let tiles = new TileGrid(volume, x, y, z, inSlabs: true)
               where tiles.NetworkVoxels <= mostWork * padded.Count
               select tiles;
    }

    private Tile TileAt(int x, int y, int z)
    {
        var (boxX, boxY, boxZ) = (_cuts[0].Box(x), _cuts[1].Box(y), _cuts[2].Box(z));
        var (coreX, coreY, coreZ) = (_cuts[0].Core(x, -_start.X, Volume.X), _cuts[1].Core(y, -_start.Y, Volume.Y), _cuts[2].Core(z, -_start.Z, Volume.Z));
        return new Tile(
            new GridBox((boxX.Start + _start.X, boxY.Start + _start.Y, boxZ.Start + _start.Z), new GridSize(boxX.Length, boxY.Length, boxZ.Length)),
            new GridBox((coreX.Start, coreY.Start, coreZ.Start), new GridSize(coreX.Length, coreY.Length, coreZ.Length)));
    }

    /// <summary>How one axis is cut: into parts as alike as multiples of 16 can be, each sharing as much with the next.</summary>
    /// <param name="Side">The padded axis, a multiple of 16.</param>
    /// <param name="Count">The number of parts.</param>
    /// <param name="Overlap">What two neighbours share, a multiple of 16.</param>
    private readonly record struct AxisCut(int Side, int Count = 1, int Overlap = 0)
    {
        private const int Step = VNet.SizeMultiple;

        /// <summary>All parts together.</summary>
        public int Total => Side + (Overlap * (Count - 1));

        /// <summary>The longest part.</summary>
        public int Longest => ((Total / Step) + Count - 1) / Count * Step;

        /// <summary>Every way to cut an axis in which each part has something of its own.</summary>
        public static IEnumerable<AxisCut> Ways(int side, int overlap) =>
            Enumerable.Range(1, int.MaxValue).Select(count => new AxisCut(side, count, overlap)).TakeWhile(cut => cut.Count == 1 || cut.Total / Step / cut.Count > overlap / Step);

        /// <summary>A part, counted from the padded axis' first voxel.</summary>
        public (int Start, int Length) Box(int part) => (StartOf(part), StartOf(part + 1) + Overlap - StartOf(part));

        /// <summary>What is kept of it: up to the middle of what it shares. Counted from the volume's first voxel, and in the volume.</summary>
        public (int Start, int Length) Core(int part, int padding, int length)
        {
            var start = part == 0 ? 0 : Math.Max(0, StartOf(part) + (Overlap / 2) - padding);
            var end = part == Count - 1 ? length : Math.Min(length, StartOf(part + 1) + (Overlap / 2) - padding);
            return (start, end - start);
        }

        private int StartOf(int part) => ((int)((long)part * (Total / Step) / Count) * Step) - (Overlap * part);
    }
}
