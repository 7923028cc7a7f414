using System.IO.Hashing;
using System.Runtime.InteropServices;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Preparation;

/// <summary>Hashes of a scan's voxels, by which scans are compared that are not in memory together.</summary>
internal static class VoxelHashes
{
    /// <summary>Of the voxels in the order that the file has them, wherever its header lays them.</summary>
    public static UInt128 Stored(Volume image) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(image.Voxels.AsSpan()));

    /// <summary>Of the grid and the voxels in another orientation, plane by plane: a second whole copy of a large scan may not fit into memory.</summary>
    /// <param name="image">The scan.</param>
    /// <param name="orientation">Brings it there.</param>
    public static UInt128 Moved(Volume image, Reorientation orientation)
    {
        var hash = new XxHash128();
        var size = orientation.TargetSize;
        int[] sides = [size.X, size.Y, size.Z];
        hash.Append(MemoryMarshal.AsBytes(sides.AsSpan()));
        for (var plane = 0; plane < size.Z; plane++)
            hash.Append(MemoryMarshal.AsBytes(orientation.Plane(image, plane).AsSpan()));
        return hash.GetCurrentHashAsUInt128();
    }
}
