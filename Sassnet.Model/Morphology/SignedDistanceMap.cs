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
        var foreground = GridBox.Bounding(mask.Span, size);
        if (foreground is null || !mask.Span.Contains((byte)0))
            return new float[mask.Length];
        var map = GC.AllocateUninitializedArray<float>(mask.Length);
        SquaredDistances.Compute(mask, size, VoxelSize.Unit, DistanceTarget.Foreground, map, maxDegreeOfParallelism);
        SquareRoots.Scaled(map, 1 / MathF.Sqrt(SquareRoots.Maximum(map)));
        using var inside = InsideDistances.Of(mask, size, VoxelSize.Unit, foreground.Value, maxDegreeOfParallelism);

        // A squared distance of 1 is a background voxel across a face: the inner boundary, left at 0.
        inside.WriteNegative(map, size, scale: 1 / MathF.Sqrt(SquareRoots.Maximum(inside.Squared)), threshold: 1);
        return map;
    }

    /// <summary>
    /// The exact signed distance of a mask in millimetres, between voxel centres: outside, the distance to the nearest foreground voxel; inside, minus the
    /// distance to the nearest background voxel. No voxel is 0: the surface lies between two voxels, where linear interpolation finds the zero.
    /// </summary>
    /// <remarks>
    /// Voxels outside the grid do not exist: an object cut by the grid's border is open there. Without foreground every voxel is +∞, without background −∞.
    /// </remarks>
    /// <param name="mask">Any label but 0 is foreground.</param>
    /// <param name="maxDegreeOfParallelism">Threads used at most; −1 for all cores, 1 for the calling thread alone.</param>
    /// <returns>Distances on the mask's grid.</returns>
    public static Volume Millimetres(LabelMap mask, int maxDegreeOfParallelism = -1)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var distances = EuclideanDistanceTransform.ToForeground(mask.Labels, mask.Size, mask.VoxelSize, maxDegreeOfParallelism);
        if (!mask.Labels.AsSpan().Contains((byte)0))
        {
            distances.AsSpan().Fill(float.NegativeInfinity);
        }
        else if (GridBox.Bounding(mask.Labels, mask.Size) is { } foreground)
        {
            using var inside = InsideDistances.Of(mask.Labels, mask.Size, mask.VoxelSize, foreground, maxDegreeOfParallelism);
            inside.WriteNegative(distances, mask.Size, scale: 1, threshold: 0);
        }

        return new Volume(mask.Size, distances, mask.Affine);
    }

    /// <summary>
    /// The largest distance in millimetres from the centre of a foreground voxel to the centre of the nearest background voxel: the radius of the largest
    /// sphere inside the mask, up to half a voxel more. Voxels outside the grid do not exist. 0 without foreground, +∞ without background.
    /// </summary>
    /// <param name="mask">Any label but 0 is foreground.</param>
    /// <param name="maxDegreeOfParallelism">Threads used at most; −1 for all cores, 1 for the calling thread alone.</param>
    public static double LargestInscribedRadiusMm(LabelMap mask, int maxDegreeOfParallelism = -1)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (GridBox.Bounding(mask.Labels, mask.Size) is not { } foreground)
            return 0;
        if (!mask.Labels.AsSpan().Contains((byte)0))
            return double.PositiveInfinity;
        using var inside = InsideDistances.Of(mask.Labels, mask.Size, mask.VoxelSize, foreground, maxDegreeOfParallelism);
        return Math.Sqrt(SquareRoots.Maximum(inside.Squared));
    }
}
