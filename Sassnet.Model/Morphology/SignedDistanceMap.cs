using System.Buffers;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>Signed distance maps of a mask: negative inside, positive outside.</summary>
public static class SignedDistanceMap
{
    /// <summary>
    /// The network's target (Xue et al., AAAI 2020; SASSNet): d_out / max d_out − d_in / max d_in in voxels, set to 0 on the inner boundary, that is on
    /// foreground voxels that touch the background by a face. Each side has its own scale, taken from this crop alone: voxels beyond it do not exist.
    /// </summary>
    /// <remarks>
    /// Without a boundary there is nothing to measure from: a mask with no foreground, and one with no background, gives all zeros
    /// (the published formula divides by zero for the latter).
    /// </remarks>
    /// <param name="mask">One byte per voxel; anything but 0 is foreground. The map does not depend on the order of the axes.</param>
    /// <param name="size">The crop, its first axis the fastest in <paramref name="mask"/>.</param>
    /// <param name="maxDegreeOfParallelism">Threads used at most; −1 for all cores, 1 for the calling thread alone.</param>
    /// <returns>One value in [−1, 1] per voxel, in the order of <paramref name="mask"/>.</returns>
    /// <exception cref="ArgumentException">The number of voxels is not the grid's.</exception>
    public static float[] Normalised(ReadOnlyMemory<byte> mask, GridSize size, int maxDegreeOfParallelism = -1)
    {
        var box = BoundingBox.Of(mask.Span, size);
        if (box is null || !mask.Span.Contains((byte)0))
            return new float[mask.Length];
        var map = GC.AllocateUninitializedArray<float>(mask.Length);
        SquaredDistances.Compute(mask, size, VoxelSize.Unit, DistanceTarget.Foreground, map, maxDegreeOfParallelism);
        SquareRoots.Scaled(map, 1 / MathF.Sqrt(SquareRoots.Maximum(map)));
        WriteInside(map, mask, size, box.Value.Grow(1, size), maxDegreeOfParallelism);
        return map;
    }

    /// <summary>
    /// Writes the negative side. The background voxel nearest to a foreground voxel lies at most one voxel outside the foreground's bounding box,
    /// so nothing further away is looked at.
    /// </summary>
    private static void WriteInside(float[] map, ReadOnlyMemory<byte> mask, GridSize size, BoundingBox box, int maxDegreeOfParallelism)
    {
        var count = (int)box.Size.Count;
        var boxMask = ArrayPool<byte>.Shared.Rent(count);
        var squared = ArrayPool<float>.Shared.Rent(count);
        box.CopyFrom(mask.Span, size, boxMask);
        SquaredDistances.Compute(boxMask.AsMemory(0, count), box.Size, VoxelSize.Unit, DistanceTarget.Background, squared, maxDegreeOfParallelism);
        var scale = -1 / MathF.Sqrt(SquareRoots.Maximum(squared.AsSpan(0, count)));
        for (var z = 0; z < box.Size.Z; z++)
        {
            for (var y = 0; y < box.Size.Y; y++)
            {
                var inside = squared.AsSpan(box.Size.IndexOf(0, y, z), box.Size.X);
                var row = map.AsSpan(size.IndexOf(box.X, box.Y + y, box.Z + z), box.Size.X);
                for (var x = 0; x < row.Length; x++)
                {
                    // 1 is a background voxel across a face: the inner boundary, left at 0.
                    if (inside[x] > 1)
                        row[x] = MathF.Sqrt(inside[x]) * scale;
                }
            }
        }

        ArrayPool<float>.Shared.Return(squared);
        ArrayPool<byte>.Shared.Return(boxMask);
    }
}
