namespace Sassnet.Training.Data;

/// <summary>Where along an axis the first voxel of a crop may lie, in the scan's voxels.</summary>
/// <param name="First">The first such place.</param>
/// <param name="Last">The last one; before the first where there is none.</param>
internal readonly record struct CropPlaces(int First, int Last)
{
    /// <summary>How many there are.</summary>
    public int Count => Math.Max(0, Last - First + 1);

    /// <summary>Every offset from one end of the scan to the other, both included; a scan smaller than the crop floats inside it.</summary>
    /// <param name="scanSide">The scan's side.</param>
    /// <param name="cropSide">The crop's.</param>
    /// <param name="overhang">By what share of its side a crop may reach beyond either end.</param>
    public static CropPlaces Of(int scanSide, int cropSide, double overhang)
    {
        var (room, beyond) = (scanSide - cropSide, (int)(overhang * cropSide));
        return new CropPlaces(Math.Min(0, room) - beyond, Math.Max(0, room) + beyond);
    }

    /// <summary>Those from which a crop has a voxel of a stretch; of a stretch that lies in the scan, there always are some.</summary>
    /// <param name="cropSide">The crop's side.</param>
    /// <param name="start">The stretch's first voxel.</param>
    /// <param name="end">The one behind its last.</param>
    public CropPlaces Meeting(int cropSide, int start, int end) => new(Math.Max(First, start - cropSide + 1), Math.Min(Last, end - 1));

    /// <summary>Draws one of at least one.</summary>
    public int Draw(Random random) => random.Next(First, Last + 1);
}
