using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>A box of voxels: its first voxel and its size.</summary>
/// <param name="X">The first index along X.</param>
/// <param name="Y">The first index along Y.</param>
/// <param name="Z">The first index along Z.</param>
/// <param name="Size">Voxels along each axis, at least 1.</param>
public readonly record struct BoundingBox(int X, int Y, int Z, GridSize Size)
{
    /// <summary>The smallest box that holds every voxel of a mask that is not 0; null when there is none.</summary>
    /// <param name="mask">One byte per voxel, X fastest.</param>
    /// <param name="grid">The mask's grid.</param>
    /// <exception cref="ArgumentException">The number of voxels is not the grid's.</exception>
    public static BoundingBox? Of(ReadOnlySpan<byte> mask, GridSize grid)
    {
        if (mask.Length != grid.Count)
            throw new ArgumentException($"A grid of {grid} has {grid.Count} voxels; got {mask.Length}.", nameof(mask));
        var (x0, y0, z0) = (grid.X, grid.Y, grid.Z);
        var (x1, y1, z1) = (-1, -1, -1);
        for (var z = 0; z < grid.Z; z++)
        {
            for (var y = 0; y < grid.Y; y++)
            {
                var row = mask.Slice(grid.IndexOf(0, y, z), grid.X);
                var first = row.IndexOfAnyExcept((byte)0);
                if (first < 0)
                    continue;
                x0 = Math.Min(x0, first);
                x1 = Math.Max(x1, row.LastIndexOfAnyExcept((byte)0));
                y0 = Math.Min(y0, y);
                y1 = Math.Max(y1, y);
                z0 = Math.Min(z0, z);
                z1 = z;
            }
        }

        return x1 < 0 ? null : new BoundingBox(x0, y0, z0, new GridSize(x1 - x0 + 1, y1 - y0 + 1, z1 - z0 + 1));
    }

    /// <summary>This box with <paramref name="margin"/> voxels more on every side, as far as the grid reaches.</summary>
    public BoundingBox Grow(int margin, GridSize grid)
    {
        var (x, y, z) = (Math.Max(0, X - margin), Math.Max(0, Y - margin), Math.Max(0, Z - margin));
        return new BoundingBox(x, y, z, new GridSize(
            Math.Min(grid.X, X + Size.X + margin) - x,
            Math.Min(grid.Y, Y + Size.Y + margin) - y,
            Math.Min(grid.Z, Z + Size.Z + margin) - z));
    }

    /// <summary>The smallest box that holds this one and another.</summary>
    public BoundingBox Union(BoundingBox other)
    {
        var (x, y, z) = (Math.Min(X, other.X), Math.Min(Y, other.Y), Math.Min(Z, other.Z));
        return new BoundingBox(x, y, z, new GridSize(
            Math.Max(X + Size.X, other.X + other.Size.X) - x,
            Math.Max(Y + Size.Y, other.Y + other.Size.Y) - y,
            Math.Max(Z + Size.Z, other.Z + other.Size.Z) - z));
    }

    /// <summary>Copies the voxels of this box out of a grid, X fastest, into <paramref name="box"/>, at least the box's length.</summary>
    public void CopyFrom<T>(ReadOnlySpan<T> voxels, GridSize grid, Span<T> box)
    {
        for (var z = 0; z < Size.Z; z++)
        {
            for (var y = 0; y < Size.Y; y++)
                voxels.Slice(grid.IndexOf(X, Y + y, Z + z), Size.X).CopyTo(box[Size.IndexOf(0, y, z)..]);
        }
    }
}
