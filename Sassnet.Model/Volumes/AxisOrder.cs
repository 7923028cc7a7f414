namespace Sassnet.Model.Volumes;

/// <summary>Turns buffers between the axis orders of files: X fastest here and in NIfTI, Z fastest in the C order of HDF5 and NumPy.</summary>
public static class AxisOrder
{
    // A block of 32x32 floats read by rows and written by columns stays in the first-level cache.
    private const int Block = 32;

    /// <summary>Copies a buffer with Z fastest, then Y, then X, into one with X fastest.</summary>
    /// <exception cref="ArgumentException">The buffer does not hold the grid's number of voxels.</exception>
    public static T[] FromZFastest<T>(ReadOnlySpan<T> voxels, GridSize size)
    {
        if (voxels.Length != size.Count)
            throw new ArgumentException($"A grid of {size} has {size.Count} voxels; got {voxels.Length}.", nameof(voxels));

        var result = new T[voxels.Length];
        for (var y = 0; y < size.Y; y++)
        {
            for (var firstZ = 0; firstZ < size.Z; firstZ += Block)
            {
                var endZ = Math.Min(size.Z, firstZ + Block);
                for (var firstX = 0; firstX < size.X; firstX += Block)
                {
                    var endX = Math.Min(size.X, firstX + Block);
                    for (var z = firstZ; z < endZ; z++)
                    {
                        var row = size.IndexOf(0, y, z);
                        for (var x = firstX; x < endX; x++)
                            result[row + x] = voxels[z + (size.Z * (y + (size.Y * x)))];
                    }
                }
            }
        }

        return result;
    }
}
