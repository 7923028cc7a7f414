using Sassnet.Model.Volumes;

namespace Sassnet.Model.Preprocessing;

/// <summary>
/// The window of a CT: Hounsfield units below it become −1, above it 1, and between them grow evenly. It is applied before resampling, so that metal of many
/// thousand units does not shine into the voxels around it.
/// </summary>
internal static class IntensityWindow
{
    /// <summary>Applies a window to a copy.</summary>
    /// <param name="input">A scan in Hounsfield units.</param>
    /// <param name="lower">The window's lower end.</param>
    /// <param name="upper">Its upper end, above the lower.</param>
    /// <exception cref="InvalidVolumeException">Not one voxel lies within the window.</exception>
    public static Volume Apply(Volume input, double lower, double upper)
    {
        var (centre, halfWidth, voxels, within) = ((lower + upper) / 2, (upper - lower) / 2, new float[input.Voxels.Length], false);
        for (var i = 0; i < voxels.Length; i++)
        {
            var scaled = (input.Voxels[i] - centre) / halfWidth;
            within |= scaled is > -1 and < 1;
            voxels[i] = (float)Math.Clamp(scaled, -1, 1);
        }

        return within ? new Volume(input.Size, voxels, input.Affine) : throw Outside(input, lower, upper);
    }

    private static InvalidVolumeException Outside(Volume input, double lower, double upper) => new(
        InvalidVolumeKind.NotServable,
        "intensities",
        FormattableString.Invariant($"The intensities reach from {input.Voxels.Min():G4} to {input.Voxels.Max():G4}, and none lies within {lower:G4} to {upper:G4}, the Hounsfield units that the model looks at. ")
            + "It is made for CT; see that the scan is one, and that its values are scaled to Hounsfield units.");
}
