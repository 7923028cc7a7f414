using Sassnet.Model.Volumes;

namespace Sassnet.Training.Robustness;

/// <summary>
/// Another field of view on the same patient: the box of voxels that starts at an index of the source grid, which may lie outside it. What the
/// source does not cover is padding; the affine follows, so that no position in the patient moves.
/// </summary>
/// <param name="Start">The source index of the new grid's first voxel.</param>
/// <param name="Size">The new grid.</param>
internal sealed record Framing((int X, int Y, int Z) Start, GridSize Size)
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

    /// <summary>The volume in this frame, padded with its lowest value.</summary>
    public Volume Apply(Volume volume) => new(Size, Take(volume.Voxels, volume.Size, volume.Voxels.Min()), Moved(volume.Affine));

    /// <summary>The labels in this frame, padded with background.</summary>
    public LabelMap Apply(LabelMap labels) => new(Size, Take(labels.Labels, labels.Size, (byte)0), Moved(labels.Affine));

    private Affine Moved(Affine affine) => affine.Compose(new Affine([1, 0, 0, Start.X, 0, 1, 0, Start.Y, 0, 0, 1, Start.Z]));

    private T[] Take<T>(T[] source, GridSize size, T padding)
    {
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
}
