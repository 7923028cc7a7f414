namespace Sassnet.Model.Volumes;

/// <summary>Turns buffers between the axis orders of files: X fastest here and in NIfTI, Z fastest in the C order of HDF5 and NumPy.</summary>
public static class AxisOrder
{
    /// <summary>Copies a buffer with Z fastest, then Y, then X, into one with X fastest.</summary>
    /// <exception cref="ArgumentException">The buffer does not hold the grid's number of voxels.</exception>
    public static T[] FromZFastest<T>(ReadOnlySpan<T> voxels, GridSize size)
    {
        if (voxels.Length != size.Count)
            throw new ArgumentException($"A grid of {size} has {size.Count} voxels; got {voxels.Length}.", nameof(voxels));
        return StridedCopy.Run(voxels, 0, (size.Y * size.Z, size.Z, 1), size);
    }
}
