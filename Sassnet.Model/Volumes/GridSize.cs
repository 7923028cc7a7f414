namespace Sassnet.Model.Volumes;

/// <summary>The number of voxels along each axis of a grid, in the order (X, Y, Z); X runs fastest in memory and in files.</summary>
/// <param name="X">Voxels along the first axis, at least 1.</param>
/// <param name="Y">Voxels along the second axis, at least 1.</param>
/// <param name="Z">Voxels along the third axis, at least 1.</param>
public readonly record struct GridSize(int X, int Y, int Z)
{
    /// <summary>The number of voxels in the grid.</summary>
    public long Count => (long)X * Y * Z;

    /// <summary>The length of one axis: 0 is X, 1 is Y, 2 is Z.</summary>
    public int this[int axis] => axis switch
    {
        0 => X,
        1 => Y,
        2 => Z,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "An axis is 0, 1 or 2."),
    };

    /// <summary>The position of a voxel in a buffer of this grid.</summary>
    public int IndexOf(int x, int y, int z) => x + (X * (y + (Y * z)));

    /// <inheritdoc/>
    public override string ToString() => $"{X}x{Y}x{Z}";
}
