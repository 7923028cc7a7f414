using System.Buffers;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Volumes;

/// <summary>A segmentation: one byte label per voxel on a volume's grid; 0 is background.</summary>
public sealed class LabelMap
{
    /// <summary>Wraps labels without copying them.</summary>
    /// <param name="size">The grid.</param>
    /// <param name="labels">One label per voxel, X fastest, then Y, then Z.</param>
    /// <param name="affine">Voxel index → RAS millimetres.</param>
    /// <exception cref="ArgumentException">The number of labels is not the grid's.</exception>
    public LabelMap(GridSize size, byte[] labels, Affine affine)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(affine);
        if (labels.Length != size.Count)
            throw new ArgumentException($"A grid of {size} has {size.Count} voxels; got {labels.Length} labels.", nameof(labels));
        Size = size;
        Labels = labels;
        Affine = affine;
    }

    /// <summary>The grid.</summary>
    public GridSize Size { get; }

    /// <summary>The labels, X fastest.</summary>
    public byte[] Labels { get; }

    /// <summary>Voxel index → RAS millimetres.</summary>
    public Affine Affine { get; }

    /// <summary>Edge lengths of a voxel in millimetres.</summary>
    public VoxelSize VoxelSize => Affine.VoxelSize;

    /// <summary>The labels it has, the lowest first; without the background's.</summary>
    public IReadOnlyList<byte> Values => ValuesOf(Labels);

    /// <summary>The labels that voxels have, the lowest first; without the background's.</summary>
    /// <param name="voxels">One label per voxel.</param>
    public static IReadOnlyList<byte> ValuesOf(ReadOnlySpan<byte> voxels)
    {
        // There are few labels and many voxels: whole vectors of what was met are passed over.
        var met = new List<byte> { 0 };
        for (var at = 0; (at = voxels.IndexOfAnyExcept(SearchValues.Create(CollectionsMarshal.AsSpan(met)))) >= 0; voxels = voxels[at..])
            met.Add(voxels[at]);
        met.Sort();
        return met[1..];
    }

    /// <summary>One label alone, all others made background; the map itself where it has no other.</summary>
    /// <param name="label">The label's value, not 0.</param>
    public LabelMap Only(byte label) => Labels.AsSpan().ContainsAnyExcept((byte)0, label)
        ? new LabelMap(Size, Array.ConvertAll(Labels, value => value == label ? label : (byte)0), Affine)
        : this;
}
