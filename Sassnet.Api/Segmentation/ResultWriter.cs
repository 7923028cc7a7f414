using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Inference;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Results;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>Writes a result in any of its forms.</summary>
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
    private readonly ResultForms _forms = new(model, request.Threshold, result, name => stages.Start(name));

    /// <summary>What is odd about the volume or what was found; and once all is written, what of it could not be.</summary>
    public IReadOnlyList<Warning> Warnings { get; private set; } = warnings;

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
            NiftiWriter.Write(stream, _forms.Distances, geometry, compress: true);
        else if (output == SegmentOutput.DicomSegmentation)
            Dicom(output).WriteSegmentation(stream, result.Segmentation);
        else if (output == SegmentOutput.DicomParametricMap)
            Dicom(output).WriteDistance(stream, _forms.Distances);
        else if (output == SegmentOutput.DicomReport)
            Dicom(output).WriteReport(stream, result.Segmentation, _forms.Figures);
        else if (output == SegmentOutput.DicomCapture)
            Dicom(output).WriteCapture(stream, Scan(output), result.Segmentation);
        else if (output == SegmentOutput.Preview)
            _forms.WritePreview(stream, Scan(output));
        else if (output == SegmentOutput.Image)
            ResultForms.WriteImage(stream, Image(), geometry);
        else if (output == SegmentOutput.Surface)
            _forms.WriteSurface(stream);
        else if (output == SegmentOutput.Report)
            JsonSerializer.Serialize(stream, Report(), ReportJson.Default.SegmentationReport);
        else
            throw new ArgumentOutOfRangeException(nameof(output), output, "Every output has a writer.");
    }

    private void WriteArchive(Stream stream)
    {
        // Figures and picture take one core for about as long as compressing the volumes takes the others.
        using var unwanted = new CancellationTokenSource();
        var preview = Task.Run(() => Preview(unwanted.Token));
        try
        {
            // Before the report, which tells of it, and while the picture is made.
            var objects = dicom?.Objects(_forms.Distances) ?? [];
            Warnings = [.. Warnings, .. objects.Where(made => made.Obstacle is not null).Select(LeftOut)];
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            var outputs = SegmentOutput.Single.Where(output => output != SegmentOutput.Image || image is not null);
            foreach (var output in outputs.Concat(objects.Where(made => made.Obstacle is null).Select(made => made.Output)))
            {
                Activity.Current?.AddEvent(new ActivityEvent(output.Name));

                // Volumes and pictures are compressed already.
                var level = Path.GetExtension(output.FileName) is ".gz" or ".png" ? CompressionLevel.NoCompression : CompressionLevel.Fastest;
                using var entry = archive.CreateEntry(output.FileName, level).Open();
                if (output == SegmentOutput.Preview)
                    entry.Write(preview.GetAwaiter().GetResult());
                else
                    Write(output, entry);
            }
        }
        finally
        {
            // Where the client has gone the picture is for nobody; nothing of a request goes on after it.
            unwanted.Cancel();
            ((Task)preview).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }
    }

    private static Warning LeftOut((SegmentOutput Output, string? Obstacle) made) =>
        OutputLeftOut.Because($"output={made.Output} is not among all: {made.Obstacle}");

    private byte[] Preview(CancellationToken unwanted)
    {
        _ = _forms.Figures;
        unwanted.ThrowIfCancellationRequested();
        using var picture = new MemoryStream();
        Write(SegmentOutput.Preview, picture);
        return picture.ToArray();
    }

    private SegmentationReport Report()
    {
        var labels = ReportBuilder.Measure(model.Labels, result, _forms.Figures);
        return ReportBuilder.Build(model, request, result, labels, SegEncoding, Warnings, stages);
    }

    private Volume Image()
    {
        using (stages.Start("image"))
            return (image ?? throw new InvalidOperationException($"{SegmentOutput.Image} was not kept."))();
    }

    private GreyVolume Scan(SegmentOutput output) => scan ?? throw new InvalidOperationException($"{output} shows the scan, which was not kept.");

    private DicomResultWriter Dicom(SegmentOutput output) =>
        dicom ?? throw new InvalidOperationException($"{output} is refused before this for an input that is not DICOM.");
}
