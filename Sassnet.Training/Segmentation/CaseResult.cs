using System.Globalization;
using Sassnet.Model.Inference;
using Sassnet.Model.Morphology;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures.Previews;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Segmentation;

/// <summary>Writes a case's result in any of its forms. What several forms need (the distance map, the surface) is computed once and only when asked for.</summary>
/// <param name="model">What the package says of itself.</param>
/// <param name="threshold">The probability above which a voxel was taken.</param>
/// <param name="result">What was made of the scan.</param>
/// <param name="geometry">The scan's grid, as its header has it.</param>
/// <param name="shown">The scan in grey; null where no output shows it.</param>
/// <param name="image">Reads the scan again.</param>
internal sealed class CaseResult(ModelManifest model, float threshold, SegmentationResult result, NiftiGeometry geometry, GreyVolume? shown, Func<Volume> image)
{
    private SurfaceMesh? _surface;
    private Volume? _distance;

    /// <summary>The labels.</summary>
    public LabelMap Segmentation => result.Segmentation;

    /// <summary>The volume of what was found, in millilitres.</summary>
    public double VolumeMl => result.Measurement.VolumeMl;

    /// <summary>The exact signed distance to the border of what was found, in millimetres.</summary>
    public Volume Distance => _distance ??= SignedDistanceMap.Millimetres(result.Segmentation);

    /// <summary>The surface of what was found: the probability places it between voxel centres, the mask leaves out the components that were removed.</summary>
    public SurfaceMesh Surface => _surface ??= SurfaceMesh.Extract(result.Probability, threshold, result.Segmentation);

    /// <summary>The scan in grey.</summary>
    public GreyVolume Scan => shown ?? throw new InvalidOperationException("The scan was not kept, since no output shows it.");

    /// <summary>Writes an output that is not DICOM.</summary>
    public void Write(CaseOutput output, Stream stream)
    {
        if (output == CaseOutput.Segmentation)
            NiftiWriter.Write(stream, result.Segmentation, geometry, compress: true);
        else if (output == CaseOutput.Sdm)
            NiftiWriter.Write(stream, result.Sdm, geometry, compress: true);
        else if (output == CaseOutput.Distance)
            NiftiWriter.Write(stream, Distance, geometry, compress: true);
        else if (output == CaseOutput.Probability)
            NiftiWriter.Write(stream, result.Probability, geometry, compress: true);
        else if (output == CaseOutput.Image)
            NiftiWriter.Write(stream, image(), geometry, compress: true);
        else if (output == CaseOutput.Surface)
            Surface.WriteStl(stream);
        else if (output == CaseOutput.Preview)
            WritePreview(stream);
        else
            throw new ArgumentOutOfRangeException(nameof(output), output, "Every output has a writer.");
    }

    private void WritePreview(Stream stream)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{model.Name} {model.Version}: {VolumeMl:F1} ml");
        using var picture = PreviewPicture.Of(Scan, result.Segmentation, Surface, model.Labels[0].Colour, title);
        stream.Write(picture.ToPng());
    }
}
