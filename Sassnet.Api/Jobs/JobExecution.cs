using Microsoft.Extensions.Options;
using Sassnet.Api.Models;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Telemetry;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Uploads;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Jobs;

/// <summary>Segments the volume of a job: what <c>POST /segment</c> does between receiving and sending.</summary>
internal sealed class JobExecution(
    ModelCatalogue catalogue, PixelDecoder decoder, TemporaryFolder folder, IOptions<UploadOptions> limits, ServiceMetrics metrics, TimeProvider clock)
{
    /// <summary>Segments it and writes the answer into a file.</summary>
    /// <returns>What is odd about the volume or what was found.</returns>
    public async Task<IReadOnlyList<Warning>> RunAsync(
        string model, SegmentQuery query, SegmentOutput output, SeriesFiles files, TemporaryFile answer, IProgress<double> progress, CancellationToken cancellation)
    {
        var host = catalogue.Find(model);
        var stages = new StageTimings(metrics, clock);
        using var scratch = folder.NewFolder(0);
        var source = new VolumeSource(files, scratch.Path, query.Series, decoder, limits.Value.ForVolumes());
        var job = new SegmentationJob(host, query.Request, output, clock.GetLocalNow(), query.Deidentify, query.SegEncoding, stages, metrics);
        var size = new JobSize(files.Files.Sum(file => new FileInfo(file.Path).Length), $"{query.Request.Mode} {output}");
        using var queued = stages.Start("queue");
        var warnings = await host.RunAsync(
            (segmenter, planned, token) =>
            {
                queued.Dispose();
                return job.Run(segmenter, planned, source, answer, token);
            },
            size,
            cancellation);
        progress.Report(1);
        return warnings;
    }
}
