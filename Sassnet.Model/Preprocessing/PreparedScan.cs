using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Preprocessing;

/// <summary>
/// The stage <c>prepare</c>: a scan as a network sees it, in training, validation and serving alike. It needs the package's preprocessing, no network and no device.
/// </summary>
/// <param name="Grid">The grid it is on, which leads back to the scan's own.</param>
/// <param name="Image">Normalised intensities.</param>
public sealed record PreparedScan(ModelGrid Grid, Volume Image)
{
    /// <summary>Prepares a scan: its field of view reoriented, resampled and normalised.</summary>
    /// <param name="input">A scan of any orientation and voxel size, in any intensity unit; it is neither changed nor kept.</param>
    /// <param name="preprocessing">What the network was trained on.</param>
    /// <exception cref="InvalidVolumeException">At the model's voxel size the scan would have more than <see cref="ModelGrid.MaxVoxels"/> voxels.</exception>
    public static PreparedScan Of(Volume input, PreprocessingSpecification preprocessing)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(preprocessing);
        var grid = new ModelGrid(preprocessing, input);
        var image = grid.Bring(input);

        // In place, but not in the caller's volume.
        if (ReferenceEquals(image.Voxels, input.Voxels))
            image = new Volume(image.Size, [.. image.Voxels], image.Affine);
        IntensityNormaliser.Normalise(image.Voxels, preprocessing.Normalisation);
        return new PreparedScan(grid, image);
    }
}
