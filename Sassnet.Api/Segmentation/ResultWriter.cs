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
    // Of each label, in the model's order.
    private IReadOnlyList<SurfaceMesh>? _surfaces;
    private IReadOnlyList<Volume>? _distances;
    private IReadOnlyList<LabelReport>? _figures;

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
            NiftiWriter.Write(stream, [.. result.Maps.Select(maps => maps.Probability)], geometry, compress: true);
        else if (output == SegmentOutput.Sdm)
            NiftiWriter.Write(stream, [.. result.Maps.Select(maps => maps.Sdm)], geometry, compress: true);
        else if (output == SegmentOutput.Distance)
            NiftiWriter.Write(stream, Distances(), geometry, compress: true);
        else if (output == SegmentOutput.DicomSegmentation)
            Dicom(output).WriteSegmentation(stream, result.Segmentation);
        else if (output == SegmentOutput.DicomParametricMap)
            Dicom(output).WriteDistance(stream, Distances());
        else if (output == SegmentOutput.DicomReport)
            Dicom(output).WriteReport(stream, result.Segmentation, Figures());
        else if (output == SegmentOutput.DicomCapture)
            Dicom(output).WriteCapture(stream, Scan(output), result.Segmentation);
        else if (output == SegmentOutput.Preview)
            WritePreview(stream);
        else if (output == SegmentOutput.Image)
            NiftiWriter.Write(stream, Timed("image", image ?? throw new InvalidOperationException($"{output} was not kept.")), geometry, compress: true);
        else if (output == SegmentOutput.Surface)
            WriteSurface(stream);
        else if (output == SegmentOutput.Report)
            JsonSerializer.Serialize(stream, Report(), ReportJson.Default.SegmentationReport);
        else
            throw new ArgumentOutOfRangeException(nameof(output), output, "Every output has a writer.");
    }

    private void WriteArchive(Stream stream)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var output in SegmentOutput.Single.Where(output => output != SegmentOutput.Image || image is not null).Concat(dicom?.Possible(Distances()) ?? []))
        {
            // Volumes and pictures are compressed already.
            var level = Path.GetExtension(output.FileName) is ".gz" or ".png" ? CompressionLevel.NoCompression : CompressionLevel.Fastest;
            using var entry = archive.CreateEntry(output.FileName, level).Open();
            Write(output, entry);
        }
    }

    private void WritePreview(Stream stream)
    {
        var volumes = string.Join(" + ", result.Measurements.Select(label => label.VolumeMl.ToString("F1", CultureInfo.InvariantCulture)));
        var labels = model.Labels.Select((label, index) => (result.Measurements[index].Segmentation, Surfaces()[index], label.Colour));
        using var picture = PreviewPicture.Of(Scan(SegmentOutput.Preview), result.Segmentation, [.. labels], $"{model.Name} {model.Version}: {volumes} ml");
        stream.Write(picture.ToPng());
    }

    private SegmentationReport Report()
    {
        var figures = Figures();
        return ReportBuilder.Build(model, request, result, figures, SegEncoding, warnings, stages);
    }

    // One label's triangles need no mark; those of several say which they are of.
    private void WriteSurface(Stream stream)
    {
        if (model.Labels.Count == 1)
            Surfaces()[0].WriteStl(stream);
        else
            SurfaceMesh.WriteStl(stream, [.. model.Labels.Select((label, index) => (Surfaces()[index], (ushort)label.Value))]);
    }

    private IReadOnlyList<LabelReport> Figures() => _figures ??= ReportBuilder.Measure(model.Labels, result, Surfaces());

    private GreyVolume Scan(SegmentOutput output) => scan ?? throw new InvalidOperationException($"{output} shows the scan, which was not kept.");

    private DicomResultWriter Dicom(SegmentOutput output) =>
        dicom ?? throw new InvalidOperationException($"{output} is refused before this for an input that is not DICOM.");

    private IReadOnlyList<Volume> Distances() =>
        _distances ??= Timed("distance", () => result.Measurements.Select(label => SignedDistanceMap.Millimetres(label.Segmentation)).ToList());

    // The probability places the surface between voxel centres; the mask leaves out the components that were removed.
    private IReadOnlyList<SurfaceMesh> Surfaces() => _surfaces ??= Timed(
        "surface",
        () => result.Maps.Zip(result.Measurements, (maps, label) => SurfaceMesh.Extract(maps.Probability, request.Threshold, label.Segmentation)).ToList());

    private T Timed<T>(string stage, Func<T> compute)
    {
        using (stages.Start(stage))
            return compute();
    }
}
