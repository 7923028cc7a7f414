using System.Buffers;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>The three passes of the exact distance transform, leaving squared distances.</summary>
internal static class SquaredDistances
{
    /// <summary>Fills <paramref name="squared"/> (at least the grid's length) with the squared distance of every voxel to the nearest target voxel, +∞ without any.</summary>
    public static void Compute(
        ReadOnlyMemory<byte> mask, GridSize size, VoxelSize voxel, DistanceTarget target, float[] squared, int maxDegreeOfParallelism)
    {
        var slice = size.X * size.Y;
        var rowSteps = new SquaredSteps(size.X, voxel.X);
        var columnSteps = new SquaredSteps(size.Y, voxel.Y);
        var depthSteps = new SquaredSteps(size.Z, voxel.Z);
        Slices.ForEach(size.Z, maxDegreeOfParallelism, z =>
        {
            for (var y = 0; y < size.Y; y++)
            {
                var start = (z * slice) + (y * size.X);
                DistanceRow.Fill(mask.Span.Slice(start, size.X), target, rowSteps, squared.AsSpan(start, size.X));
            }

            DistanceColumns.Transform(squared.AsSpan(z * slice, slice), size.X, stride: size.X, columnSteps);
        });
        if (size.Z == 1)
            return;
        Slices.ForEach(size.Y, maxDegreeOfParallelism, y => TransformDepth(squared.AsSpan(y * size.X), size, depthSteps));
    }

    /// <summary>
    /// The third pass on one plane of X and Z. Its rows lie a slice apart, often on the same cache lines; taken together first, each is read and written once.
    /// </summary>
    private static void TransformDepth(Span<float> squared, GridSize size, SquaredSteps steps)
    {
        var slice = size.X * size.Y;
        var plane = ArrayPool<float>.Shared.Rent(size.X * size.Z);
        for (var z = 0; z < size.Z; z++)
            squared.Slice(z * slice, size.X).CopyTo(plane.AsSpan(z * size.X));
        DistanceColumns.Transform(plane, size.X, stride: size.X, steps);
        for (var z = 0; z < size.Z; z++)
            plane.AsSpan(z * size.X, size.X).CopyTo(squared[(z * slice)..]);
        ArrayPool<float>.Shared.Return(plane);
    }
}
