using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Models;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Telemetry;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Uploads;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>Segments the volume of a job: what <c>POST /segment</c> does between receiving and sending, behind those who wait for an answer.</summary>
internal sealed class JobExecution(
    ModelCatalogue catalogue,
    SegmentationRunner runner,
    PixelDecoder decoder,
    TemporaryFolder folder,
    IOptions<UploadOptions> limits,
    ServiceMetrics metrics,
    TimeProvider clock)
{
    /// <summary>Segments it and writes the answer into a file.</summary>
    public async Task<SegmentationOutcome> RunAsync(
        JobRecord job, SegmentQuery query, SegmentOutput output, SeriesFiles files, TemporaryFile answer, IProgress<double> progress, CancellationToken cancellation)
    {
        using var lease = catalogue.Lease(job.Model);
        using var scratch = folder.NewFolder(0);
        var source = new VolumeSource(files, scratch.Path, query.Series, decoder, limits.Value.ForVolumes());
        var stages = new StageTimings(metrics, clock);
        var order = new SegmentationOrder(
            lease.Model, query, output, source, () => answer.Create(asynchronous: false), stages, new Flow(job.Caller), Priority.Job, progress, WithImage: true);
        return await runner.RunAsync(order, cancellation);
    }
}
