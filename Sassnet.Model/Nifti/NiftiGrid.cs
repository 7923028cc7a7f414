using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>The grid a header declares in dim[0..7].</summary>
internal static class NiftiGrid
{
    /// <summary>Checks the dimensions against each other and the limits, before anything is allocated for them.</summary>
    /// <exception cref="InvalidVolumeException">Impossible dimensions, too many voxels, or not one three-dimensional image.</exception>
    public static GridSize Of(NiftiHeader header, VolumeLimits limits)
    {
        var rank = header.Dim[0];
        if (rank is < 1 or > 7)
            throw NiftiFault.BadHeader("dim[0]", rank, "1 to 7, the number of axes");

        // What stands in dim beyond dim[0] has no meaning.
        var lengths = header.Dim.AsSpan(1, (int)rank);
        UInt128 count = 1;
        for (var axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] < 1)
                throw NiftiFault.BadHeader($"dim[{axis + 1}]", lengths[axis], "1 and more");

            // Seven 63-bit factors would overflow; beyond any limit the exact count does not matter.
            if (count <= ulong.MaxValue)
                count *= (ulong)lengths[axis];
        }

        var shape = string.Join('x', lengths.ToArray());
        var isOneVolume = rank >= 3 && lengths[..3].IndexOf(1) < 0 && !lengths[3..].ContainsAnyExcept(1);
        if (!isOneVolume)
        {
            throw NiftiFault.NotServable(
                "not-3d",
                $"The image's shape, dim[1..{rank}], is {shape}; one three-dimensional volume of at least 2x2x2 voxels is accepted, with one time point where there is a time axis.");
        }

        var accepted = Math.Min(limits.MaxVoxels, Array.MaxLength);
        return count <= (UInt128)accepted
            ? new GridSize((int)lengths[0], (int)lengths[1], (int)lengths[2])
            : throw NiftiFault.TooLarge(shape, accepted);
    }
}
