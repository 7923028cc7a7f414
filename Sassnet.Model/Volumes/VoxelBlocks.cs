using System.Collections.Concurrent;

namespace Sassnet.Model.Volumes;

/// <summary>Work on voxels that do not depend on one another, shared by all cores.</summary>
internal static class VoxelBlocks
{
    // What a thread takes at once: a few arrays of them stay in the second-level cache.
    private const int VoxelsAtOnce = 1 << 17;

    /// <summary>Calls for each block, in no order.</summary>
    /// <param name="voxels">How many voxels there are.</param>
    /// <param name="work">Gets a block's first voxel and its length; safe to call from several threads.</param>
    public static void ForEach(int voxels, Action<int, int> work) =>
        SharedLoop.Run(() => Parallel.ForEach(Partitioner.Create(0, voxels, VoxelsAtOnce), range => work(range.Item1, range.Item2 - range.Item1)));
}
