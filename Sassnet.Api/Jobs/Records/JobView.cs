using System.Text.Json;
using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Segmentation;

namespace Sassnet.Api.Jobs.Records;

/// <summary>Makes of a record what its caller sees.</summary>
internal sealed class JobView(IOptions<JobsOptions> options)
{
    /// <summary>The job.</summary>
    /// <param name="job">Its record.</param>
    /// <param name="line">The jobs that wait; null where its place among them is not asked for.</param>
    public JobDescription Of(JobRecord job, JobLine? line = null)
    {
        var position = job.State == JobState.Queued ? line?.PositionOf(job) : null;
        return new JobDescription(
            job.Id,
            job.State,
            job.Model,
            job.Output,
            Time(job.Accepted)!.Value,
            job.State == JobState.Queued ? null : Time(job.Started),
            Time(job.Ended),
            Time(job.Ended + options.Value.RetainFor),
            position,
            job.Progress,
            line?.EstimateFor(job, position),
            job.Problem is { } problem ? JsonSerializer.Deserialize(problem, JobsJson.Default.JobProblem) : null,
            [.. ResultsOf(job).Select(result => Result(job, result))],
            job.Warnings is { } warnings ? JsonSerializer.Deserialize(warnings, JobsJson.Default.IReadOnlyListWarning)! : [],
            job.RequestId);
    }

    /// <summary>What a job made; nothing as long as it is not done with it.</summary>
    public static IReadOnlyList<StoredResult> ResultsOf(JobRecord job) =>
        job is { State: JobState.Succeeded, Results: { } results } ? JsonSerializer.Deserialize(results, JobsJson.Default.IReadOnlyListStoredResult)! : [];

    /// <summary>Where a job is.</summary>
    public static string AddressOf(JobRecord job) => $"{job.PathBase}/jobs/{job.Id}";

    private static JobResult Result(JobRecord job, StoredResult result) => new(
        result.Output, $"{AddressOf(job)}/results/{result.Output}", SegmentOutput.Named(result.Output).MediaType, result.Bytes, result.Sha256);

    // SQLite does not keep of which zone a time is; all are of this one.
    private static DateTimeOffset? Time(DateTime? time) => time is { } known ? new DateTimeOffset(DateTime.SpecifyKind(known, DateTimeKind.Utc)) : null;
}
