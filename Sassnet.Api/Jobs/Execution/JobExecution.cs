using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
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
    IOptions<JobsOptions> options,
    ServiceMetrics metrics,
    TimeProvider clock)
{
    /// <summary>Segments it and writes the answer into a file.</summary>
    /// <returns>What there is to say of it, and what its results are found by: what made them may be another than was there when the job was accepted. Null where nobody looks for them.</returns>
    public async Task<(SegmentationOutcome Outcome, string? CacheKey)> RunAsync(
        JobRecord job, SegmentQuery query, SegmentOutput output, StoredInput input, SeriesFiles files, TemporaryFile answer, IProgress<double> progress, CancellationToken cancellation)
    {
        using var lease = catalogue.Lease(job.Model);
        using var scratch = folder.NewFolder(0);
        var source = new VolumeSource(files, scratch.Path, query.Series, decoder, limits.Value.ForVolumes());
        var stages = new StageTimings(metrics, clock);
        var order = new SegmentationOrder(
            lease.Model, query, output, source, () => answer.Create(asynchronous: false), stages, new Flow(job.Caller), Priority.Job, progress, WithImage: true);
        var outcome = await runner.RunAsync(order, cancellation);
        var isFound = options.Value.Cache && input.Archive is null;
        return (outcome, isFound ? ResultKey.Of(lease.Model, outcome.Precision, job.Output, query, input, job.InputHash!) : null);
    }
}
