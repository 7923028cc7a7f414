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
    // Of each label, in the model's order.
    private IReadOnlyList<SurfaceMesh>? _surfaces;
    private IReadOnlyList<Volume>? _distances;

    /// <summary>The labels.</summary>
    public LabelMap Segmentation => result.Segmentation;

    /// <summary>The figures of each label, in the model's order.</summary>
    public IReadOnlyList<Measurement> Measurements => result.Measurements;

    /// <summary>The exact signed distance to each label's border, in millimetres.</summary>
    public IReadOnlyList<Volume> Distances => _distances ??= [.. result.Measurements.Select(label => SignedDistanceMap.Millimetres(label.Segmentation))];

    /// <summary>Each label's surface: the probability places it between voxel centres, the mask leaves out the components that were removed.</summary>
    public IReadOnlyList<SurfaceMesh> Surfaces =>
        _surfaces ??= [.. result.Maps.Zip(result.Measurements, (maps, label) => SurfaceMesh.Extract(maps.Probability, threshold, label.Segmentation))];

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
            NiftiWriter.Write(stream, Distances, geometry, compress: true);
        else if (output == CaseOutput.Probability)
            NiftiWriter.Write(stream, [.. result.Maps.Select(maps => maps.Probability)], geometry, compress: true);
        else if (output == CaseOutput.Image)
            NiftiWriter.Write(stream, image(), geometry, compress: true);
        else if (output == CaseOutput.Surface)
            WriteSurface(stream);
        else if (output == CaseOutput.Preview)
            WritePreview(stream);
        else
            throw new ArgumentOutOfRangeException(nameof(output), output, "Every output has a writer.");
    }

    private void WritePreview(Stream stream)
    {
        var volumes = string.Join(" + ", result.Measurements.Select(label => label.VolumeMl.ToString("F1", CultureInfo.InvariantCulture)));
        var labels = model.Labels.Select((label, index) => (result.Measurements[index].Segmentation, Surfaces[index], label.Colour));
        using var picture = PreviewPicture.Of(Scan, result.Segmentation, [.. labels], $"{model.Name} {model.Version}: {volumes} ml");
        stream.Write(picture.ToPng());
    }

    // One label's triangles need no mark; those of several say which they are of.
    private void WriteSurface(Stream stream)
    {
        if (model.Labels.Count == 1)
            Surfaces[0].WriteStl(stream);
        else
            SurfaceMesh.WriteStl(stream, [.. model.Labels.Select((label, index) => (Surfaces[index], (ushort)label.Value))]);
    }
}
