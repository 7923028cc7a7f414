namespace Sassnet.Model.Volumes;

/// <summary>Copies a buffer into another order of axes: pure index moves, in blocks that stay in the first-level cache.</summary>
internal static class StridedCopy
{
    // 16 floats fill a cache line: every line that is read or written is used up while it is in the cache.
    private const int Block = 16;

    /// <summary>result[x, y, z] = source[first + x·strideX + y·strideY + z·strideZ], the result with X fastest.</summary>
    /// <param name="source">The buffer to read; one of its axes has stride 1 or −1.</param>
    /// <param name="first">Where the result's voxel (0, 0, 0) is in the source.</param>
    /// <param name="strides">The step in the source for one step along each of the result's axes; may be negative.</param>
    /// <param name="size">The result's grid.</param>
    public static T[] Run<T>(ReadOnlySpan<T> source, int first, (int X, int Y, int Z) strides, GridSize size)
    {
        var result = GC.AllocateUninitializedArray<T>((int)size.Count);
        if (Math.Abs(strides.X) == 1)
            CopyRows(source, first, strides, size, result);
        else if (Math.Abs(strides.Y) == 1)
            Transpose(source, first, strides, size, result);
        else
            TransposeDepth(source, first, strides, size, result);
        return result;
    }

    private static void CopyRows<T>(ReadOnlySpan<T> source, int first, (int X, int Y, int Z) strides, GridSize size, Span<T> result)
    {
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                var start = first + (y * strides.Y) + (z * strides.Z);
                var row = result.Slice(size.IndexOf(0, y, z), size.X);
                source.Slice(strides.X > 0 ? start : start - size.X + 1, size.X).CopyTo(row);
                if (strides.X < 0)
                    row.Reverse();
            }
        }
    }

    private static void Transpose<T>(ReadOnlySpan<T> source, int first, (int X, int Y, int Z) strides, GridSize size, Span<T> result)
    {
        for (var z = 0; z < size.Z; z++)
            CopyPlane(source, first + (z * strides.Z), strides.X, strides.Y, result[size.IndexOf(0, 0, z)..], size.X, size.X, size.Y);
    }

    private static void TransposeDepth<T>(ReadOnlySpan<T> source, int first, (int X, int Y, int Z) strides, GridSize size, Span<T> result)
    {
        for (var y = 0; y < size.Y; y++)
            CopyPlane(source, first + (y * strides.Y), strides.X, strides.Z, result[size.IndexOf(0, y, 0)..], size.X * size.Y, size.X, size.Z);
    }

    /// <summary>Transposes one plane: its columns are contiguous in the result, its rows in the source.</summary>
    private static void CopyPlane<T>(
        ReadOnlySpan<T> source, int first, int columnStride, int rowStride, Span<T> result, int resultRowStride, int columns, int rows)
    {
        for (var firstRow = 0; firstRow < rows; firstRow += Block)
        {
            var endRow = Math.Min(rows, firstRow + Block);
            for (var firstColumn = 0; firstColumn < columns; firstColumn += Block)
            {
                var endColumn = Math.Min(columns, firstColumn + Block);
                for (var row = firstRow; row < endRow; row++)
                {
                    var from = first + (row * rowStride) + (firstColumn * columnStride);
                    var line = result.Slice((row * resultRowStride) + firstColumn, endColumn - firstColumn);
                    for (var i = 0; i < line.Length; i++, from += columnStride)
                        line[i] = source[from];
                }
            }
        }
    }
}
