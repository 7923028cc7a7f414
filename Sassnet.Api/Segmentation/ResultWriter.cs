using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Inference;
using Sassnet.Model.Morphology;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures.Previews;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>Writes a result in any of its forms. What several forms need (the distance map, the surface) is computed once and only when asked for.</summary>
internal sealed class ResultWriter(
    ModelManifest model,
    SegmentationRequest request,
    SegmentationResult result,
    NiftiGeometry geometry,
    IReadOnlyList<Warning> warnings,
    DicomResultWriter? dicom,
    GreyVolume? scan,
    Func<Volume>? image,
    StageTimings stages)
{
    private SurfaceMesh? _surface;
    private Volume? _distance;
    private LabelReport? _figures;

    /// <summary>What is odd about the volume or what was found.</summary>
    public IReadOnlyList<Warning> Warnings => warnings;

    /// <summary>How the pixels of a DICOM Segmentation object are stored; null where none can be made.</summary>
    public string? SegEncoding => dicom?.EncodingOf(result.Segmentation)?.ToString().ToLowerInvariant();

    /// <summary>Writes one output, or all of them as a zip, to a stream that stays open.</summary>
    public void Write(SegmentOutput output, Stream stream)
    {
        if (output == SegmentOutput.Archive)
            WriteArchive(stream);
        else if (output == SegmentOutput.Segmentation)
            NiftiWriter.Write(stream, result.Segmentation, geometry, compress: true);
        else if (output == SegmentOutput.Probability)
            NiftiWriter.Write(stream, result.Probability, geometry, compress: true);
        else if (output == SegmentOutput.Sdm)
            NiftiWriter.Write(stream, result.Sdm, geometry, compress: true);
        else if (output == SegmentOutput.Distance)
            NiftiWriter.Write(stream, Distance(), geometry, compress: true);
        else if (output == SegmentOutput.DicomSegmentation)
            Dicom(output).WriteSegmentation(stream, result.Segmentation);
        else if (output == SegmentOutput.DicomParametricMap)
            Dicom(output).WriteDistance(stream, Distance());
        else if (output == SegmentOutput.DicomReport)
            Dicom(output).WriteReport(stream, result.Segmentation, Figures());
        else if (output == SegmentOutput.DicomCapture)
            Dicom(output).WriteCapture(stream, Scan(output), result.Segmentation);
        else if (output == SegmentOutput.Preview)
            WritePreview(stream);
        else if (output == SegmentOutput.Image)
            NiftiWriter.Write(stream, Timed("image", image ?? throw new InvalidOperationException($"{output} was not kept.")), geometry, compress: true);
        else if (output == SegmentOutput.Surface)
            Surface().WriteStl(stream);
        else if (output == SegmentOutput.Report)
            JsonSerializer.Serialize(stream, Report(), ReportJson.Default.SegmentationReport);
        else
            throw new ArgumentOutOfRangeException(nameof(output), output, "Every output has a writer.");
    }

    private void WriteArchive(Stream stream)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var output in SegmentOutput.Single.Where(output => output != SegmentOutput.Image || image is not null).Concat(dicom?.Possible(Distance()) ?? []))
        {
            // Volumes and pictures are compressed already.
            var level = Path.GetExtension(output.FileName) is ".gz" or ".png" ? CompressionLevel.NoCompression : CompressionLevel.Fastest;
            using var entry = archive.CreateEntry(output.FileName, level).Open();
            Write(output, entry);
        }
    }

    private void WritePreview(Stream stream)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{model.Name} {model.Version}: {result.Measurement.VolumeMl:F1} ml");
        using var picture = PreviewPicture.Of(Scan(SegmentOutput.Preview), result.Segmentation, Surface(), model.Labels[0].Colour, title);
        stream.Write(picture.ToPng());
    }

    private SegmentationReport Report()
    {
        var figures = Figures();
        return ReportBuilder.Build(model, request, result, figures, SegEncoding, warnings, stages);
    }

    private LabelReport Figures() => _figures ??= ReportBuilder.Measure(model.Labels[0], result, Surface());

    private GreyVolume Scan(SegmentOutput output) => scan ?? throw new InvalidOperationException($"{output} shows the scan, which was not kept.");

    private DicomResultWriter Dicom(SegmentOutput output) =>
        dicom ?? throw new InvalidOperationException($"{output} is refused before this for an input that is not DICOM.");

    private Volume Distance() => _distance ??= Timed("distance", () => SignedDistanceMap.Millimetres(result.Segmentation));

    // The probability places the surface between voxel centres; the mask leaves out the components that were removed.
    private SurfaceMesh Surface() =>
        _surface ??= Timed("surface", () => SurfaceMesh.Extract(result.Probability, request.Threshold, result.Segmentation));

    private T Timed<T>(string stage, Func<T> compute)
    {
        using (stages.Start(stage))
            return compute();
    }
}
