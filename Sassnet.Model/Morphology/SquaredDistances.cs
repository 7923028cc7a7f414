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
        Slices.ForEach(size.Y, maxDegreeOfParallelism, y =>
            DistanceColumns.Transform(squared.AsSpan(y * size.X, (slice * (size.Z - 1)) + size.X), size.X, stride: slice, depthSteps));
    }
}
