namespace Sassnet.Model.Volumes;

/// <summary>
/// Another field of view on the same patient: the box of voxels that starts at an index of the source grid, which may lie outside it. What the
/// source does not cover is padding; the affine follows, so that no position in the patient moves.
/// </summary>
/// <param name="Start">The source index of the new grid's first voxel.</param>
/// <param name="Size">The new grid.</param>
public sealed record Framing((int X, int Y, int Z) Start, GridSize Size)
{
    /// <summary>The grid of the source, its content moved by whole voxels.</summary>
    public static Framing Shifted(GridSize source, (int X, int Y, int Z) by) => new((-by.X, -by.Y, -by.Z), source);

    /// <summary>A margin at every face: positive adds voxels, negative takes them away, and never more than leaves one voxel.</summary>
    public static Framing WithMargin(GridSize source, int voxels)
    {
        return new((-Margin(source.X), -Margin(source.Y), -Margin(source.Z)), new(Side(source.X), Side(source.Y), Side(source.Z)));

        int Margin(int side) => Math.Max(voxels, -(side - 1) / 2);
        int Side(int side) => side + (2 * Margin(side));
    }

    /// <summary>The frame that leads back from this one to its source.</summary>
    public Framing Back(GridSize source) => new((-Start.X, -Start.Y, -Start.Z), source);

    /// <summary>The affine of this frame, given that of the source; the source's itself where the frame starts at its first voxel.</summary>
    public Affine Moved(Affine affine)
    {
        ArgumentNullException.ThrowIfNull(affine);
        return Start == (0, 0, 0) ? affine : affine.Compose(new Affine([1, 0, 0, Start.X, 0, 1, 0, Start.Y, 0, 0, 1, Start.Z]));
    }

    /// <summary>The volume in this frame; the volume itself where the frame is its whole grid.</summary>
    public Volume Apply(Volume volume, float padding)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return IsWhole(volume.Size) ? volume : new Volume(Size, Take(volume.Voxels, volume.Size, padding), Moved(volume.Affine));
    }

    /// <summary>The labels in this frame, padded with background; the labels themselves where the frame is their whole grid.</summary>
    public LabelMap Apply(LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return IsWhole(labels.Size) ? labels : new LabelMap(Size, Take(labels.Labels, labels.Size, (byte)0), Moved(labels.Affine));
    }

    /// <summary>The values of a grid in this frame, in a new array.</summary>
    /// <param name="source">One value per voxel, X fastest.</param>
    /// <param name="size">Their grid.</param>
    /// <param name="padding">The value outside it.</param>
    public T[] Take<T>(T[] source, GridSize size, T padding)
    {
        ArgumentNullException.ThrowIfNull(source);
        var framed = new T[Size.Count];
        Array.Fill(framed, padding);
        var (left, right) = (Math.Max(0, -Start.X), Math.Min(Size.X, size.X - Start.X));
        if (right <= left)
            return framed;
        for (var z = Math.Max(0, -Start.Z); z < Math.Min(Size.Z, size.Z - Start.Z); z++)
        {
            for (var y = Math.Max(0, -Start.Y); y < Math.Min(Size.Y, size.Y - Start.Y); y++)
            {
                var from = size.IndexOf(left + Start.X, y + Start.Y, z + Start.Z);
                Array.Copy(source, from, framed, Size.IndexOf(left, y, z), right - left);
            }
        }

        return framed;
    }

    private bool IsWhole(GridSize source) => Start == (0, 0, 0) && Size == source;
}
