using Sassnet.Model.Volumes;

namespace Sassnet.Model.Pictures.Slices;

/// <summary>The values of one slice, left to right and then top to bottom as the plane is looked at.</summary>
/// <param name="Width">Values from left to right.</param>
/// <param name="Height">Values from top to bottom.</param>
/// <param name="Values">One value per voxel.</param>
internal sealed record PlaneSlice(int Width, int Height, float[] Values)
{
    /// <summary>Takes a slice out of voxels of any type.</summary>
    /// <param name="voxels">One per voxel of the grid, X fastest.</param>
    /// <param name="size">The grid.</param>
    /// <param name="axes">How the plane lies in it.</param>
    /// <param name="index">The slice, along the grid's own axis.</param>
    /// <param name="value">What a voxel counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no such slice.</exception>
    public static PlaneSlice Of<T>(ReadOnlySpan<T> voxels, GridSize size, PlaneAxes axes, int index, Func<T, float> value)
    {
        if (index < 0 || index >= size[axes.Depth])
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The grid {size} has the slices 0 to {size[axes.Depth] - 1} in this plane.");
        var (width, height) = (size[axes.Column], size[axes.Row]);
        var values = new float[width * height];
        Span<int> voxel = stackalloc int[3];
        voxel[axes.Depth] = index;
        for (var y = 0; y < height; y++)
        {
            voxel[axes.Row] = axes.RowFlipped ? height - 1 - y : y;
            for (var x = 0; x < width; x++)
            {
                voxel[axes.Column] = axes.ColumnFlipped ? width - 1 - x : x;
                values[x + (width * y)] = value(voxels[size.IndexOf(voxel[0], voxel[1], voxel[2])]);
            }
        }

        return new PlaneSlice(width, height, values);
    }
}
