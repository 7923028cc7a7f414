using Sassnet.Model.Volumes;

namespace Sassnet.Model.Preprocessing;

/// <summary>
/// Finds the part of a grid in which something was imaged: without the planes at its faces that hold one single value, as padding, masking and
/// shifting to a fixed grid leave them. A network takes such a plane for tissue; what lies outside its input it knows from every crop of training.
/// </summary>
public static class FieldOfView
{
    /// <summary>The box that is left when constant planes are taken from each face, up to the first that is not; the whole grid where nothing would be left.</summary>
    public static GridBox Of(Volume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        Span<int> start = [0, 0, 0];
        Span<int> end = [volume.Size.X, volume.Size.Y, volume.Size.Z];

        for (var axis = 0; axis < 3; axis++)
        {
            while (start[axis] < end[axis] && IsConstant(volume, axis, start[axis]))
                start[axis]++;
            while (start[axis] < end[axis] && IsConstant(volume, axis, end[axis] - 1))
                end[axis]--;

            // A constant volume, or a line of voxels, across which a plane is one voxel.
            if (start[axis] == end[axis])
                return GridBox.Whole(volume.Size);
        }

        return new GridBox((start[0], start[1], start[2]), new GridSize(end[0] - start[0], end[1] - start[1], end[2] - start[2]));
    }

    private static bool IsConstant(Volume volume, int axis, int plane)
    {
        int[] from = [0, 0, 0];
        int[] to = [volume.Size.X, volume.Size.Y, volume.Size.Z];
        (from[axis], to[axis]) = (plane, plane + 1);
        var first = volume.Voxels[volume.Size.IndexOf(from[0], from[1], from[2])];
        for (var z = from[2]; z < to[2]; z++)
        {
            for (var y = from[1]; y < to[1]; y++)
            {
                if (volume.Voxels.AsSpan(volume.Size.IndexOf(from[0], y, z), to[0] - from[0]).ContainsAnyExcept(first))
                    return false;
            }
        }

        return true;
    }
}
