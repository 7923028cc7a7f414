namespace Sassnet.Model.Volumes;

/// <summary>
/// A box of voxels, counted in a grid that it need not lie in: where it reaches beyond, there is padding. As a field of view on the same patient it
/// moves no position: the affine follows.
/// </summary>
/// <param name="Start">The grid's index of the box's first voxel.</param>
/// <param name="Size">Voxels along each axis, at least 1.</param>
public readonly record struct GridBox((int X, int Y, int Z) Start, GridSize Size)
{
    /// <summary>The first index behind the box.</summary>
    public (int X, int Y, int Z) End => (Start.X + Size.X, Start.Y + Size.Y, Start.Z + Size.Z);

    /// <summary>A whole grid.</summary>
    public static GridBox Whole(GridSize grid) => new((0, 0, 0), grid);

    /// <summary>The smallest box that holds every voxel of a mask that is not 0; null when there is none.</summary>
    /// <param name="mask">One byte per voxel, X fastest.</param>
    /// <param name="grid">The mask's grid.</param>
    /// <exception cref="ArgumentException">The number of voxels is not the grid's.</exception>
    public static GridBox? Bounding(ReadOnlySpan<byte> mask, GridSize grid)
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

        return x1 < 0 ? null : Between((x0, y0, z0), (x1 + 1, y1 + 1, z1 + 1));
    }

    /// <summary>The grid, its content moved by whole voxels.</summary>
    public static GridBox Shifted(GridSize grid, (int X, int Y, int Z) by) => new((-by.X, -by.Y, -by.Z), grid);

    /// <summary>A margin of so many voxels at every face of a grid.</summary>
    public static GridBox WithMargin(GridSize grid, int voxels) => WithMargin(grid, (voxels, voxels, voxels));

    /// <summary>A margin at both faces of a grid across each axis: positive adds voxels, negative takes them away, of which some are to be left.</summary>
    public static GridBox WithMargin(GridSize grid, (int X, int Y, int Z) voxels) =>
        new((-voxels.X, -voxels.Y, -voxels.Z), new(grid.X + (2 * voxels.X), grid.Y + (2 * voxels.Y), grid.Z + (2 * voxels.Z)));

    /// <summary>A box of a size with the grid in its middle; where the voxels to add are odd, the one more comes after it.</summary>
    public static GridBox Around(GridSize grid, GridSize size) =>
        new((-((size.X - grid.X) / 2), -((size.Y - grid.Y) / 2), -((size.Z - grid.Z) / 2)), size);

    /// <summary>This box with <paramref name="margin"/> voxels more on every side, as far as the grid reaches.</summary>
    public GridBox Grow(int margin, GridSize grid) => Between(
        (Math.Max(0, Start.X - margin), Math.Max(0, Start.Y - margin), Math.Max(0, Start.Z - margin)),
        (Math.Min(grid.X, End.X + margin), Math.Min(grid.Y, End.Y + margin), Math.Min(grid.Z, End.Z + margin)));

    /// <summary>Its planes along X from one to before another, counted from its first.</summary>
    public GridBox Planes(int start, int end) => new(Start with { X = Start.X + start }, Size with { X = end - start });

    /// <summary>This box counted from the first voxel of another.</summary>
    public GridBox In(GridBox other) => this with { Start = (Start.X - other.Start.X, Start.Y - other.Start.Y, Start.Z - other.Start.Z) };

    /// <summary>The smallest box that holds this one and another.</summary>
    public GridBox Union(GridBox other) => Between(
        (Math.Min(Start.X, other.Start.X), Math.Min(Start.Y, other.Start.Y), Math.Min(Start.Z, other.Start.Z)),
        (Math.Max(End.X, other.End.X), Math.Max(End.Y, other.End.Y), Math.Max(End.Z, other.End.Z)));

    /// <summary>What of this box lies in a grid that it has a voxel of.</summary>
    public GridBox Intersect(GridSize grid) => Between(
        (Math.Max(0, Start.X), Math.Max(0, Start.Y), Math.Max(0, Start.Z)), (Math.Min(grid.X, End.X), Math.Min(grid.Y, End.Y), Math.Min(grid.Z, End.Z)));

    /// <summary>The affine of this box, given that of its grid; the grid's itself where the box starts at its first voxel.</summary>
    public Affine Moved(Affine affine)
    {
        ArgumentNullException.ThrowIfNull(affine);
        return Start == (0, 0, 0) ? affine : affine.Compose(new Affine([1, 0, 0, Start.X, 0, 1, 0, Start.Y, 0, 0, 1, Start.Z]));
    }

    /// <summary>The volume in this box; the volume itself where the box is its whole grid.</summary>
    public Volume Apply(Volume volume, float padding)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return this == Whole(volume.Size) ? volume : new Volume(Size, Take(volume.Voxels, volume.Size, padding), Moved(volume.Affine));
    }

    /// <summary>The labels in this box, padded with background; the labels themselves where the box is their whole grid.</summary>
    public LabelMap Apply(LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return this == Whole(labels.Size) ? labels : new LabelMap(Size, Take(labels.Labels, labels.Size, (byte)0), Moved(labels.Affine));
    }

    /// <summary>The values of a grid in this box, in a new array.</summary>
    /// <param name="source">One value per voxel, X fastest.</param>
    /// <param name="grid">Their grid.</param>
    /// <param name="padding">The value outside it.</param>
    public T[] Take<T>(ReadOnlySpan<T> source, GridSize grid, T padding)
    {
        var taken = new T[Size.Count];
        taken.AsSpan().Fill(padding);
        CopyFrom(source, grid, taken);
        return taken;
    }

    /// <summary>Copies the voxels of this box out of a grid, X fastest; those outside the grid keep what <paramref name="target"/> holds.</summary>
    /// <param name="source">One value per voxel of the grid.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="target">At least the box's length.</param>
    public void CopyFrom<T>(ReadOnlySpan<T> source, GridSize grid, Span<T> target)
    {
        var (left, right) = (Math.Max(0, -Start.X), Math.Min(Size.X, grid.X - Start.X));
        if (right <= left)
            return;
        for (var z = Math.Max(0, -Start.Z); z < Math.Min(Size.Z, grid.Z - Start.Z); z++)
        {
            for (var y = Math.Max(0, -Start.Y); y < Math.Min(Size.Y, grid.Y - Start.Y); y++)
            {
                var row = source.Slice(grid.IndexOf(left + Start.X, y + Start.Y, z + Start.Z), right - left);
                row.CopyTo(target[Size.IndexOf(left, y, z)..]);
            }
        }
    }

    private static GridBox Between((int X, int Y, int Z) start, (int X, int Y, int Z) end) =>
        new(start, new GridSize(end.X - start.X, end.Y - start.Y, end.Z - start.Z));
}
