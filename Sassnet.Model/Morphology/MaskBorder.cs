using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>The inner border of a mask: the voxels that one binary erosion with face connectivity takes away.</summary>
internal static class MaskBorder
{
    /// <summary>1 on foreground voxels with a background voxel or the grid's end across a face, 0 elsewhere.</summary>
    public static byte[] Of(ReadOnlySpan<byte> mask, GridSize size)
    {
        var border = new byte[mask.Length];
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                var start = size.IndexOf(0, y, z);
                var row = mask.Slice(start, size.X);
                if (!row.ContainsAnyExcept((byte)0))
                    continue;
                var edge = y == 0 || z == 0 || y == size.Y - 1 || z == size.Z - 1;
                for (var x = 0; x < row.Length; x++)
                {
                    if (row[x] != 0 && (edge || x == 0 || x == row.Length - 1 || HasBackgroundNeighbour(mask, start + x, size)))
                        border[start + x] = 1;
                }
            }
        }

        return border;
    }

    private static bool HasBackgroundNeighbour(ReadOnlySpan<byte> mask, int index, GridSize size)
    {
        var slice = size.X * size.Y;
        return mask[index - 1] == 0 || mask[index + 1] == 0
            || mask[index - size.X] == 0 || mask[index + size.X] == 0
            || mask[index - slice] == 0 || mask[index + slice] == 0;
    }
}
