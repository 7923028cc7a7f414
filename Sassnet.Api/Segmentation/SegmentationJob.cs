using Sassnet.Api.Models;
using Sassnet.Api.Telemetry;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Uploads;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Inference;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>
/// The part of a request that runs on its model's thread, when its turn comes: read, segment, write. Volumes are in memory only while this runs,
/// never while a request waits or a client takes its time to fetch the answer.
/// </summary>
internal sealed class SegmentationJob(ModelHost host, SegmentationRequest request, SegmentOutput output, DateTimeOffset now, bool deidentify, SegmentationEncoding encoding, StageTimings stages, ServiceMetrics metrics)
{
    /// <summary>How the DICOM Segmentation object in the answer is stored; null where there is none, or it is not written yet.</summary>
    public string? SegEncoding { get; private set; }

    /// <summary>Segments the volume and writes the answer into a file.</summary>
    /// <returns>What is odd about the volume or what was found.</returns>
    public IReadOnlyList<Warning> Run(Segmenter segmenter, PlannedWork planned, VolumeSource source, TemporaryFile answer, CancellationToken cancellation)
    {
        var writer = Segment(segmenter, planned, source, cancellation);
        using var writing = stages.Start("write");
        using var file = answer.Create(asynchronous: false);
        using var stream = new CancellableStream(file, cancellation);
        writer.Write(output, stream);
        SegEncoding = output.HasDicomSegmentation ? writer.SegEncoding : null;
        return writer.Warnings;
    }

    // A method of its own, so that the input's voxels can be collected before the answer is made; where they are in it, they are read again.
    private ResultWriter Segment(Segmenter segmenter, PlannedWork planned, VolumeSource source, CancellationToken cancellation)
    {
        var file = Read(source, cancellation);
        metrics.Segmented(file.Volume.Size.Count, host.Package.Identifier);
        var plan = default(InferencePlan);
        var result = segmenter.Segment(
            file.Volume,
            request,
            inference =>
            {
                plan = inference;
                host.Admit(plan, request.Mode, planned);
            },
            cancellation);
        if (result.Mode == plan.Mode)
            host.Learn(plan, result.InferenceSeconds);
        foreach (var stage in result.Stages)
            stages.Add(stage.Name, stage.Seconds);
        var dicom = DicomResultWriter.Of(file.Dicom, host.Package.Manifest, now, deidentify, encoding);
        return new ResultWriter(
            host.Package.Manifest,
            request,
            result,
            file.Geometry,
            [.. file.Warnings, .. result.Warnings, .. dicom?.WarningsOf(result.Segmentation) ?? []],
            dicom,
            output.ShowsScan ? GreyVolume.Of(file.Volume) : null,
            () => source.Read(cancellation).Volume,
            stages);
    }

    private VolumeFile Read(VolumeSource source, CancellationToken cancellation)
    {
        using (stages.Start("read"))
            return source.Read(cancellation);
    }
}
