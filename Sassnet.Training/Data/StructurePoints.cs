using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>
/// Some voxels of each structure that a scan has, from which crops are drawn that have to hold one: all voxels of a small structure, of a large one as many as make no
/// difference, so that what is kept beside a scan is little.
/// </summary>
internal sealed class StructurePoints
{
    // Of each structure; 16 kB.
    private const int Most = 4096;

    private readonly GridSize _grid;
    private readonly (byte Structure, int[] Voxels)[] _structures;

    /// <summary>Chooses the voxels, the same ones of the same mask and generator.</summary>
    /// <param name="scan">A scan with its mask.</param>
    /// <param name="random">Where the choice comes from.</param>
    public StructurePoints(TrainingScan scan, Random random)
    {
        _grid = scan.Size;
        _structures = [.. Chosen(scan.Mask!, random).Select((voxels, number) => (Structure: (byte)number, Voxels: voxels)).Where(one => one.Voxels.Length > 0)];
    }

    /// <summary>A voxel of a structure: each structure is as likely as any other, and so are its voxels; null where the scan has none.</summary>
    public StructureVoxel? Draw(Random random)
    {
        if (_structures.Length == 0)
            return null;
        var (structure, voxels) = _structures[random.Next(_structures.Length)];
        var voxel = voxels[random.Next(voxels.Length)];
        return new StructureVoxel(structure, voxel % _grid.X, voxel / _grid.X % _grid.Y, voxel / _grid.X / _grid.Y);
    }

    // The chosen voxels of each number, from 0, the background, on, of which there are none.
    private static int[][] Chosen(byte[] mask, Random random)
    {
        var counts = new int[byte.MaxValue + 1];
        foreach (var number in mask)
            counts[number]++;
        counts[0] = 0;
        var ranks = Array.ConvertAll(counts, count => Ranks(count, random));
        var chosen = Array.ConvertAll(ranks, some => new int[some.Length]);
        var (seen, taken) = (new int[counts.Length], new int[counts.Length]);
        for (var voxel = 0; voxel < mask.Length; voxel++)
        {
            var number = mask[voxel];
            if (taken[number] < ranks[number].Length && seen[number]++ == ranks[number][taken[number]])
                chosen[number][taken[number]++] = voxel;
        }

        return chosen;
    }

    // Which of a structure's voxels are chosen, in the order of the mask: all, or one of each of as many equal stretches as are wanted.
    private static int[] Ranks(int count, Random random)
    {
        var ranks = new int[Math.Min(count, Most)];
        for (var i = 0; i < ranks.Length; i++)
            ranks[i] = count <= Most ? i : random.Next(Boundary(i), Boundary(i + 1));
        return ranks;

        int Boundary(int stretch) => (int)((long)stretch * count / Most);
    }
}
