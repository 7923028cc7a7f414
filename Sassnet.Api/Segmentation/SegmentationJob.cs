using Sassnet.Api.Telemetry;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Model.Inference;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>
/// The part of a request that runs on its model's thread, when its turn comes: read, segment, write. Volumes are in memory only while this runs,
/// never while a request waits or a client takes its time to fetch the answer.
/// </summary>
internal sealed class SegmentationJob(ModelPackage package, SegmentationRequest request, SegmentOutput output, VolumeLimits limits, StageTimings stages, ServiceMetrics metrics)
{
    /// <summary>Segments the volume in one file and writes the answer into another.</summary>
    public void Run(Segmenter segmenter, TemporaryFile input, TemporaryFile answer, CancellationToken cancellation)
    {
        var writer = Segment(segmenter, input, cancellation);
        using var writing = stages.Start("write");
        using var stream = answer.Create(asynchronous: false);
        writer.Write(output, stream);
    }

    // A method of its own, so that the input's voxels can be collected before the answer is made.
    private ResultWriter Segment(Segmenter segmenter, TemporaryFile input, CancellationToken cancellation)
    {
        var file = Read(input, cancellation);
        metrics.Segmented(file.Volume.Size.Count, package.Identifier);
        var result = segmenter.Segment(file.Volume, request, cancellation);
        foreach (var stage in result.Stages)
            stages.Add(stage.Name, stage.Seconds);
        return new ResultWriter(package.Manifest, request, result, file.Geometry, file.Warnings, stages);
    }

    private VolumeFile Read(TemporaryFile input, CancellationToken cancellation)
    {
        using (stages.Start("read"))
            return VolumeFile.Read(input.Path, limits, cancellation);
    }
}
