using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>
/// The exact Euclidean distance of every voxel to the nearest voxel of a mask, or of its complement, between voxel centres.
/// Time is linear in the number of voxels: one pass along each axis, each the lower envelope of the parabolas of the pass before
/// (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8, 2012; Meijster et al., 2000).
/// </summary>
/// <remarks>
/// Squared distances are float32: exact with <see cref="VoxelSize.Unit"/> (integers below 2^24), within a relative 2e-7 otherwise.
/// Only the edge lengths of a voxel count; a sheared grid is measured as if its axes were orthogonal.
/// </remarks>
public static class EuclideanDistanceTransform
{
    /// <summary>The distance of every voxel to the nearest foreground voxel; 0 on the foreground, +∞ everywhere when there is none.</summary>
    /// <param name="mask">One byte per voxel, X fastest; anything but 0 is foreground.</param>
    /// <param name="size">The grid.</param>
    /// <param name="voxel">Edge lengths of a voxel; the distances are in its unit.</param>
    /// <param name="maxDegreeOfParallelism">Threads used at most; −1 for all cores, 1 for the calling thread alone.</param>
    /// <returns>One distance per voxel, X fastest.</returns>
    /// <exception cref="ArgumentException">The number of voxels is not the grid's.</exception>
    public static float[] ToForeground(ReadOnlyMemory<byte> mask, GridSize size, VoxelSize voxel, int maxDegreeOfParallelism = -1) =>
        Distances(mask, size, voxel, DistanceTarget.Foreground, maxDegreeOfParallelism);

    /// <summary>The distance of every voxel to the nearest background voxel; 0 on the background, +∞ everywhere when there is none.</summary>
    /// <inheritdoc cref="ToForeground"/>
    public static float[] ToBackground(ReadOnlyMemory<byte> mask, GridSize size, VoxelSize voxel, int maxDegreeOfParallelism = -1) =>
        Distances(mask, size, voxel, DistanceTarget.Background, maxDegreeOfParallelism);

    private static float[] Distances(ReadOnlyMemory<byte> mask, GridSize size, VoxelSize voxel, DistanceTarget target, int maxDegreeOfParallelism)
    {
        if (mask.Length != size.Count)
            throw new ArgumentException($"A grid of {size} has {size.Count} voxels; got {mask.Length}.", nameof(mask));
        var distances = GC.AllocateUninitializedArray<float>(mask.Length);
        SquaredDistances.Compute(mask, size, voxel, target, distances, maxDegreeOfParallelism);
        var slice = size.X * size.Y;
        Slices.ForEach(size.Z, maxDegreeOfParallelism, z => SquareRoots.Scaled(distances.AsSpan(z * slice, slice), 1));
        return distances;
    }
}
