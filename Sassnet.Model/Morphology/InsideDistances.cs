using System.Buffers;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>
/// Squared distances of the foreground to the nearest background voxel, computed only where they are not 0. The background voxel nearest to a
/// foreground voxel lies at most one voxel outside the foreground's bounding box (if it lay further, the point of the grown box nearest to it
/// would be nearer), so nothing beyond is looked at. Its buffer is pooled: dispose it.
/// </summary>
internal readonly struct InsideDistances : IDisposable
{
    private readonly float[] _squared;

    private InsideDistances(GridBox box, float[] squared)
    {
        Box = box;
        _squared = squared;
    }

    /// <summary>The foreground's bounding box with a margin of one voxel, inside the grid.</summary>
    public GridBox Box { get; }

    /// <summary>The squared distances in the box, X fastest; 0 on the background.</summary>
    public ReadOnlySpan<float> Squared => _squared.AsSpan(0, (int)Box.Size.Count);

    /// <summary>Measures a mask that has background and whose foreground has the bounding box <paramref name="foreground"/>.</summary>
    public static InsideDistances Of(ReadOnlyMemory<byte> mask, GridSize size, VoxelSize voxel, GridBox foreground, int maxDegreeOfParallelism)
    {
        var box = foreground.Grow(1, size);
        var count = (int)box.Size.Count;
        var boxMask = ArrayPool<byte>.Shared.Rent(count);
        var squared = ArrayPool<float>.Shared.Rent(count);
        box.CopyFrom(mask.Span, size, boxMask);
        SquaredDistances.Compute(boxMask.AsMemory(0, count), box.Size, voxel, DistanceTarget.Background, squared, maxDegreeOfParallelism);
        ArrayPool<byte>.Shared.Return(boxMask);
        return new InsideDistances(box, squared);
    }

    /// <summary>Writes −√d² · <paramref name="scale"/> into a map on the whole grid where d² is above <paramref name="threshold"/>.</summary>
    public void WriteNegative(Span<float> map, GridSize size, float scale, float threshold)
    {
        for (var z = 0; z < Box.Size.Z; z++)
        {
            for (var y = 0; y < Box.Size.Y; y++)
            {
                var squared = Squared.Slice(Box.Size.IndexOf(0, y, z), Box.Size.X);
                var row = map.Slice(size.IndexOf(Box.Start.X, Box.Start.Y + y, Box.Start.Z + z), Box.Size.X);
                for (var x = 0; x < row.Length; x++)
                {
                    if (squared[x] > threshold)
                        row[x] = MathF.Sqrt(squared[x]) * -scale;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<float>.Shared.Return(_squared);
}
