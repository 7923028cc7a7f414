using Sassnet.Model.Volumes;

namespace Sassnet.Model.Preprocessing;

/// <summary>
/// Brings volumes of one grid to another orientation by permuting and flipping axes. No voxel value changes and no position in the patient moves: the
/// affine follows the axes.
/// </summary>
public sealed class Reorientation
{
    private readonly int[] _sourceAxisOf = new int[3];
    private readonly bool[] _flipped = new bool[3];

    /// <summary>Prepares the move of a grid to an orientation.</summary>
    /// <param name="size">The source grid.</param>
    /// <param name="affine">The source grid's affine; its own orientation is the nearest one.</param>
    /// <param name="target">The orientation to bring it to.</param>
    public Reorientation(GridSize size, Affine affine, Orientation target)
    {
        ArgumentNullException.ThrowIfNull(affine);
        ArgumentNullException.ThrowIfNull(target);
        SourceSize = size;
        SourceAffine = affine;
        var source = Orientation.Of(affine);
        for (var axis = 0; axis < 3; axis++)
        {
            for (var candidate = 0; candidate < 3; candidate++)
            {
                if (source.AnatomicalAxis(candidate) == target.AnatomicalAxis(axis))
                    _sourceAxisOf[axis] = candidate;
            }

            _flipped[axis] = source.IsPositive(_sourceAxisOf[axis]) != target.IsPositive(axis);
        }

        IsIdentity = source == target;
        TargetSize = new GridSize(size[_sourceAxisOf[0]], size[_sourceAxisOf[1]], size[_sourceAxisOf[2]]);
        TargetAffine = IsIdentity ? affine : affine.Compose(SourceIndex());
    }

    /// <summary>The grid as it came.</summary>
    public GridSize SourceSize { get; }

    /// <summary>The affine as it came.</summary>
    public Affine SourceAffine { get; }

    /// <summary>The grid in the target orientation.</summary>
    public GridSize TargetSize { get; }

    /// <summary>The affine in the target orientation.</summary>
    public Affine TargetAffine { get; }

    /// <summary>Whether the source already has the target orientation, so that nothing moves.</summary>
    public bool IsIdentity { get; }

    /// <summary>Brings a volume to the target orientation; the volume itself where nothing moves.</summary>
    /// <exception cref="ArgumentException">The volume is not on the source grid.</exception>
    public Volume Apply(Volume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        Require(volume.Size, SourceSize);
        return IsIdentity ? volume : new Volume(TargetSize, Forward(volume.Voxels), TargetAffine);
    }

    /// <summary>Brings a label map to the target orientation; the map itself where nothing moves.</summary>
    /// <exception cref="ArgumentException">The map is not on the source grid.</exception>
    public LabelMap Apply(LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Require(labels.Size, SourceSize);
        return IsIdentity ? labels : new LabelMap(TargetSize, Forward(labels.Labels), TargetAffine);
    }

    /// <summary>One plane of a volume as <see cref="Apply(Volume)"/> brings it to the target orientation, for whoever has no room for a second whole volume.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="index">The plane's number along the target's third axis.</param>
    /// <returns>A copy of its voxels, the target's first axis fastest.</returns>
    /// <exception cref="ArgumentException">The volume is not on the source grid, or has no such plane.</exception>
    public float[] Plane(Volume volume, int index)
    {
        ArgumentNullException.ThrowIfNull(volume);
        Require(volume.Size, SourceSize);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, TargetSize.Z);
        var (first, strides) = Walk();
        return StridedCopy.Run<float>(volume.Voxels, first + (index * strides.Z), strides, TargetSize with { Z = 1 });
    }

    /// <summary>The sides of a grid with the target's axes, along the source's.</summary>
    public GridSize Undo(GridSize size)
    {
        Span<int> sides = stackalloc int[3];
        for (var axis = 0; axis < 3; axis++)
            sides[_sourceAxisOf[axis]] = size[axis];
        return new GridSize(sides[0], sides[1], sides[2]);
    }

    /// <summary>The edges of voxels along the target's axes, along the source's.</summary>
    public VoxelSize Undo(VoxelSize edges)
    {
        Span<double> lengths = stackalloc double[3];
        for (var axis = 0; axis < 3; axis++)
            lengths[_sourceAxisOf[axis]] = edges[axis];
        return new VoxelSize(lengths[0], lengths[1], lengths[2]);
    }

    /// <summary>Whether the target runs against the source along one of the source's axes.</summary>
    internal bool IsMirrored(int sourceAxis) => _flipped[Array.IndexOf(_sourceAxisOf, sourceAxis)];

    /// <summary>Brings voxels of any grid from the source's order of axes to the target's, none of them mirrored; the voxels themselves where the order is one.</summary>
    /// <param name="voxels">X fastest.</param>
    /// <param name="size">Their grid, with the source's axes.</param>
    internal T[] Reorder<T>(T[] voxels, GridSize size)
    {
        Span<int> strides = [1, size.X, size.X * size.Y];
        return _sourceAxisOf is [0, 1, 2]
            ? voxels
            : StridedCopy.Run<T>(
                voxels,
                0,
                (strides[_sourceAxisOf[0]], strides[_sourceAxisOf[1]], strides[_sourceAxisOf[2]]),
                new GridSize(size[_sourceAxisOf[0]], size[_sourceAxisOf[1]], size[_sourceAxisOf[2]]));
    }

    /// <summary>Brings voxels of any grid from the target's order of axes to the source's, none of them mirrored; the voxels themselves where the order is one.</summary>
    /// <param name="voxels">X fastest.</param>
    /// <param name="size">Their grid, with the target's axes.</param>
    internal T[] UndoOrder<T>(T[] voxels, GridSize size)
    {
        Span<int> targetStrides = [1, size.X, size.X * size.Y];
        Span<int> strides = stackalloc int[3];
        for (var axis = 0; axis < 3; axis++)
            strides[_sourceAxisOf[axis]] = targetStrides[axis];
        return _sourceAxisOf is [0, 1, 2] ? voxels : StridedCopy.Run<T>(voxels, 0, (strides[0], strides[1], strides[2]), Undo(size));
    }

    private T[] Forward<T>(T[] source)
    {
        var (first, strides) = Walk();
        return StridedCopy.Run<T>(source, first, strides, TargetSize);
    }

    /// <summary>Where the target's first voxel is in the source, and the steps there along each of the target's axes.</summary>
    private (int First, (int X, int Y, int Z) Strides) Walk()
    {
        Span<int> sourceStrides = [1, SourceSize.X, SourceSize.X * SourceSize.Y];
        Span<int> strides = stackalloc int[3];
        var first = 0;
        for (var axis = 0; axis < 3; axis++)
        {
            var stride = sourceStrides[_sourceAxisOf[axis]];
            strides[axis] = _flipped[axis] ? -stride : stride;
            first += _flipped[axis] ? stride * (TargetSize[axis] - 1) : 0;
        }

        return (first, (strides[0], strides[1], strides[2]));
    }

    /// <summary>Target index → source index.</summary>
    private Affine SourceIndex()
    {
        Span<double> entries = stackalloc double[12];
        entries.Clear();
        for (var axis = 0; axis < 3; axis++)
        {
            var row = _sourceAxisOf[axis] * 4;
            entries[row + axis] = _flipped[axis] ? -1 : 1;
            entries[row + 3] = _flipped[axis] ? TargetSize[axis] - 1 : 0;
        }

        return new Affine(entries);
    }

    private static void Require(GridSize size, GridSize expected)
    {
        if (size != expected)
            throw new ArgumentException($"This reorientation takes a grid of {expected}; got {size}.");
    }
}
