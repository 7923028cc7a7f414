using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>A scan as the network sees it: its field of view reoriented, resampled and normalised once, then kept in memory.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Size">The grid.</param>
/// <param name="Affine">Where it lies in the patient.</param>
/// <param name="Image">Normalised intensities, X fastest.</param>
/// <param name="Mask">1 in the foreground, 0 elsewhere; null for a scan used without its label.</param>
public sealed record TrainingScan(string Name, GridSize Size, Affine Affine, float[] Image, byte[]? Mask)
{
    /// <summary>Prepares a scan in the same way as a served input.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="image">The image as read; not changed.</param>
    /// <param name="mask">Its mask on the same grid, or null.</param>
    /// <param name="preprocessing">The model's grid and normalisation.</param>
    public static TrainingScan Prepare(string name, Volume image, LabelMap? mask, PreprocessingSpecification preprocessing)
    {
        var fieldOfView = FieldOfView.Of(image);
        var imaged = fieldOfView.Apply(image, padding: 0);
        var reorientation = new Reorientation(imaged.Size, imaged.Affine, Orientation.Parse(preprocessing.Orientation));
        var spacing = preprocessing.SpacingMm;
        var target = new VoxelSize(spacing[0], spacing[1], spacing[2]);
        var resampled = Resampler.Resample(reorientation.Apply(imaged), target);

        // The resampler hands back its input where nothing changes; normalising in place must not reach the caller's voxels.
        var voxels = ReferenceEquals(resampled.Voxels, image.Voxels) ? [.. resampled.Voxels] : resampled.Voxels;
        IntensityNormaliser.Normalise(voxels, preprocessing.Normalisation);
        return new TrainingScan(name, resampled.Size, resampled.Affine, voxels, mask is null ? null : ResampleMask(reorientation.Apply(fieldOfView.Apply(mask)), target));
    }

    /// <summary>The box of this scan that starts at an index, normalised anew: what preparing a scan of a smaller field of view would have given.</summary>
    /// <param name="start">The first voxel.</param>
    /// <param name="size">The box, wholly inside the scan.</param>
    /// <param name="normalisation">The model's normalisation; both kinds give the same whatever gain and offset the scan has.</param>
    public TrainingScan Narrowed((int X, int Y, int Z) start, GridSize size, Normalisation normalisation)
    {
        var box = Crop.Cut(this, start, size);
        IntensityNormaliser.Normalise(box.Image, normalisation);
        return new TrainingScan(Name, size, new Framing(start, size).Moved(Affine), box.Image, box.Mask);
    }

    private static byte[] ResampleMask(LabelMap mask, VoxelSize target)
    {
        var share = Resampler.Resample(new Volume(mask.Size, Array.ConvertAll(mask.Labels, label => (float)label), mask.Affine), target);
        return Array.ConvertAll(share.Voxels, value => value > 0.5f ? (byte)1 : (byte)0);
    }
}
