namespace Sassnet.Model.Volumes;

/// <summary>A scalar image: float32 voxels on a grid, with the affine that places the grid in the patient.</summary>
public sealed class Volume
{
    /// <summary>Wraps voxels without copying them.</summary>
    /// <param name="size">The grid.</param>
    /// <param name="voxels">One value per voxel, X fastest, then Y, then Z.</param>
    /// <param name="affine">Voxel index → RAS millimetres.</param>
    /// <exception cref="ArgumentException">The number of voxels is not the grid's.</exception>
    public Volume(GridSize size, float[] voxels, Affine affine)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(affine);
        if (voxels.Length != size.Count)
            throw new ArgumentException($"A grid of {size} has {size.Count} voxels; got {voxels.Length}.", nameof(voxels));
        Size = size;
        Voxels = voxels;
        Affine = affine;
    }

    /// <summary>The grid.</summary>
    public GridSize Size { get; }

    /// <summary>The values, X fastest.</summary>
    public float[] Voxels { get; }

    /// <summary>Voxel index → RAS millimetres.</summary>
    public Affine Affine { get; }

    /// <summary>Edge lengths of a voxel in millimetres.</summary>
    public VoxelSize VoxelSize => Affine.VoxelSize;
}
