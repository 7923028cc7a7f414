using System.IO.Compression;
using System.Text.Json;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Inference;
using Sassnet.Model.Morphology;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
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
    StageTimings stages)
{
    private SurfaceMesh? _surface;
    private Volume? _distance;

    /// <summary>What is odd about the volume or what was found.</summary>
    public IReadOnlyList<Warning> Warnings => warnings;

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
        foreach (var output in SegmentOutput.Single.Concat(dicom?.Possible(Distance()) ?? []))
        {
            // Volumes are compressed already.
            var level = output.FileName.EndsWith(".gz", StringComparison.Ordinal) ? CompressionLevel.NoCompression : CompressionLevel.Fastest;
            using var entry = archive.CreateEntry(output.FileName, level).Open();
            Write(output, entry);
        }
    }

    private SegmentationReport Report()
    {
        var surface = Surface();
        return ReportBuilder.Build(model, request, result, surface, warnings, stages);
    }

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
