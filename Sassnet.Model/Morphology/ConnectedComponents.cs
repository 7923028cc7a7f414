using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>
/// The connected components of a mask, numbered from 0 in the order of their first voxel (X fastest). Found by joining the runs of foreground voxels of
/// neighbouring rows in a union-find forest, so the cost beyond reading the mask grows with its runs, not its voxels.
/// </summary>
public sealed class ConnectedComponents
{
    private readonly MaskRuns _runs;
    private readonly int[] _componentOfRun;
    private readonly long[] _sizes;

    private ConnectedComponents(MaskRuns runs, int[] componentOfRun, long[] sizes)
    {
        _runs = runs;
        _componentOfRun = componentOfRun;
        _sizes = sizes;
    }

    /// <summary>How many components there are.</summary>
    public int Count => _sizes.Length;

    /// <summary>The number of voxels of each component.</summary>
    public IReadOnlyList<long> Sizes => _sizes;

    /// <summary>Finds the components of a mask; anything but 0 is foreground.</summary>
    /// <param name="mask">One byte per voxel, X fastest.</param>
    /// <param name="size">The grid.</param>
    /// <param name="connectivity">Which voxels touch.</param>
    /// <exception cref="ArgumentException">The number of voxels is not the grid's, or the connectivity is none.</exception>
    public static ConnectedComponents Of(ReadOnlySpan<byte> mask, GridSize size, Connectivity connectivity)
    {
        if (mask.Length != size.Count)
            throw new ArgumentException($"A grid of {size} has {size.Count} voxels; got {mask.Length}.", nameof(mask));
        if (!Enum.IsDefined(connectivity))
            throw new ArgumentException($"Connectivity is 6, 18 or 26; got {(int)connectivity}.", nameof(connectivity));
        var runs = MaskRuns.Of(mask, size);
        var forest = new RunForest(runs.Count);
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
                JoinToEarlierRows(forest, runs, size, y, z, connectivity);
        }

        return Number(runs, forest);
    }

    /// <summary>Clears every foreground voxel of a mask outside its largest components; of equals those whose first voxels come first stay.</summary>
    /// <param name="mask">One byte per voxel, X fastest; changed in place, kept voxels keep their value.</param>
    /// <param name="size">The grid.</param>
    /// <param name="connectivity">Which voxels touch.</param>
    /// <param name="kept">How many components stay; 0 for all.</param>
    /// <returns>How many components there were and how many of them were cleared.</returns>
    /// <exception cref="ArgumentException">The number of voxels is not the grid's, or the connectivity is none.</exception>
    public static (int Found, int Removed) KeepLargest(Span<byte> mask, GridSize size, Connectivity connectivity, int kept = 1)
    {
        var components = Of(mask, size, connectivity);
        return (components.Count, components.ClearOthers(mask, kept));
    }

    /// <summary>Clears every voxel of the mask that was searched outside its largest components; of equals those whose first voxels come first stay.</summary>
    /// <param name="mask">The mask; changed in place, kept voxels keep their value.</param>
    /// <param name="kept">How many components stay; 0 for all.</param>
    /// <returns>How many components were cleared.</returns>
    public int ClearOthers(Span<byte> mask, int kept = 1)
    {
        var largest = Largest(kept).ToHashSet();
        for (var run = 0; run < _runs.Count && largest.Count < Count; run++)
        {
            if (!largest.Contains(_componentOfRun[run]))
                Voxels(mask, _runs[run]).Clear();
        }

        return Count - largest.Count;
    }

    /// <summary>How many voxels the largest components have together.</summary>
    /// <param name="count">How many components; 0 for all.</param>
    public long VoxelsOfLargest(int count = 1) => Largest(count).Sum(component => _sizes[component]);

    /// <summary>The share of all foreground voxels that the largest components have, in (0, 1]; NaN where there are none.</summary>
    /// <param name="count">How many components; 0 for all.</param>
    public double ShareOfLargest(int count = 1) => Count == 0 ? double.NaN : VoxelsOfLargest(count) / (double)_sizes.Sum();

    /// <summary>The components as a picture: 0 on the background, component + 1 on its voxels, X fastest.</summary>
    public int[] ToLabels()
    {
        var labels = new int[_runs.Size.Count];
        for (var run = 0; run < _runs.Count; run++)
            Voxels(labels.AsSpan(), _runs[run]).Fill(_componentOfRun[run] + 1);
        return labels;
    }

    // The order of equals is that of their first voxels.
    private IEnumerable<int> Largest(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Enumerable.Range(0, Count).OrderByDescending(component => _sizes[component]).Take(count == 0 ? Count : count);
    }

    private static Span<T> Voxels<T>(Span<T> voxels, (int Start, int End) run) => voxels[run.Start..run.End];

    private static void JoinToEarlierRows(RunForest forest, MaskRuns runs, GridSize size, int y, int z, Connectivity connectivity)
    {
        // A row one step away may touch one voxel further along X unless only faces count; a row one step away along both Y and Z, only if corners do.
        var (besides, diagonal) = connectivity switch
        {
            Connectivity.Face => (0, -1),
            Connectivity.Edge => (1, 0),
            _ => (1, 1),
        };
        if (y > 0)
            forest.JoinRows(runs, (y, z), (y - 1, z), besides);
        if (z == 0)
            return;
        forest.JoinRows(runs, (y, z), (y, z - 1), besides);
        if (diagonal < 0)
            return;
        if (y > 0)
            forest.JoinRows(runs, (y, z), (y - 1, z - 1), diagonal);
        if (y < size.Y - 1)
            forest.JoinRows(runs, (y, z), (y + 1, z - 1), diagonal);
    }

    private static ConnectedComponents Number(MaskRuns runs, RunForest forest)
    {
        var componentOfRun = new int[runs.Count];
        var sizes = new List<long>();
        for (var run = 0; run < runs.Count; run++)
        {
            var root = forest.Root(run);
            if (root == run)
            {
                componentOfRun[run] = sizes.Count;
                sizes.Add(0);
            }
            else
            {
                componentOfRun[run] = componentOfRun[root];
            }

            sizes[componentOfRun[run]] += runs[run].End - runs[run].Start;
        }

        return new ConnectedComponents(runs, componentOfRun, [.. sizes]);
    }
}
