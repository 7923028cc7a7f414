using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>A scan as the network sees it, prepared once as a served one is (<see cref="PreparedScan"/>), then kept in memory.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Size">The grid.</param>
/// <param name="Affine">Where it lies in the patient.</param>
/// <param name="Image">Normalised intensities, X fastest.</param>
/// <param name="Mask">The structures by their numbers, counted from 1, and 0 elsewhere; null for a scan used without its label.</param>
public sealed record TrainingScan(string Name, GridSize Size, Affine Affine, float[] Image, byte[]? Mask)
{
    /// <summary>Takes a prepared scan and brings its structures to the same grid.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="scan">The scan; its voxels are kept.</param>
    /// <param name="mask">Its structures on the grid that was read, or null.</param>
    public static TrainingScan Of(string name, PreparedScan scan, LabelMap? mask)
    {
        ArgumentNullException.ThrowIfNull(scan);
        return new TrainingScan(name, scan.Image.Size, scan.Image.Affine, scan.Image.Voxels, mask is null ? null : scan.Grid.Bring(mask));
    }

    /// <summary>A box of this scan, normalised anew: what preparing a scan of a smaller field of view would have given.</summary>
    /// <param name="box">The box, wholly inside the scan.</param>
    /// <param name="normalisation">The model's normalisation; the z-scores give the same whatever gain and offset the scan has, and a window of CT stays as it is.</param>
    public TrainingScan Narrowed(GridBox box, Normalisation normalisation)
    {
        var crop = Crop.Cut(this, box);
        IntensityNormaliser.Normalise(crop.Image, normalisation);
        return new TrainingScan(Name, box.Size, box.Moved(Affine), crop.Image, crop.Mask);
    }
}
