using Sassnet.Model.Inference;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Results;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Segmentation;

/// <summary>Writes a case's result in any of its forms.</summary>
/// <param name="model">What the package says of itself.</param>
/// <param name="threshold">The probability above which a voxel was taken.</param>
/// <param name="result">What was made of the scan.</param>
/// <param name="geometry">The scan's grid, as its header has it.</param>
/// <param name="shown">The scan in grey; null where no output shows it.</param>
/// <param name="image">The scan; null where it is not asked for.</param>
internal sealed class CaseResult(ModelManifest model, float threshold, SegmentationResult result, NiftiGeometry geometry, GreyVolume? shown, Volume? image)
{
    /// <summary>What the outputs are made of besides the maps.</summary>
    public ResultForms Forms { get; } = new(model, threshold, result);

    /// <summary>The labels.</summary>
    public LabelMap Segmentation => result.Segmentation;

    /// <summary>The scan in grey.</summary>
    public GreyVolume Scan => shown ?? throw new InvalidOperationException("The scan was not kept, since no output shows it.");

    /// <summary>Writes an output that is not DICOM.</summary>
    public void Write(CaseOutput output, Stream stream)
    {
        if (output == CaseOutput.Segmentation)
            NiftiWriter.Write(stream, result.Segmentation, geometry, compress: true);
        else if (output == CaseOutput.Sdm)
            NiftiWriter.Write(stream, [.. result.Maps.Select(maps => maps.Sdm)], geometry, compress: true);
        else if (output == CaseOutput.Distance)
            NiftiWriter.Write(stream, Forms.Distances, geometry, compress: true);
        else if (output == CaseOutput.Probability)
            NiftiWriter.Write(stream, [.. result.Maps.Select(maps => maps.Probability)], geometry, compress: true);
        else if (output == CaseOutput.Image)
            ResultForms.WriteImage(stream, image ?? throw new InvalidOperationException("The scan was not read again, since its image is not asked for."), geometry);
        else if (output == CaseOutput.Surface)
            Forms.WriteSurface(stream);
        else if (output == CaseOutput.Preview)
            Forms.WritePreview(stream, Scan);
        else
            throw new ArgumentOutOfRangeException(nameof(output), output, "Every output has a writer.");
    }
}
