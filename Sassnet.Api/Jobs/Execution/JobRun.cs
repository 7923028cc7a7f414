using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Sassnet.Api.Archive;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Problems;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>Works on one job from its claim to its end: fetch the scan where it is in an archive, segment, keep the results, store that they are there; or say why not, or let it wait again.</summary>
internal sealed partial class JobRun(
    JobClaims claims,
    JobSpool spool,
    IJobFiles files,
    JobArchive archive,
    JobExecution execution,
    JobFolder folder,
    JobsInHand inHand,
    JobRetention retention,
    JobMetrics metrics,
    IOptions<JobsOptions> options,
    TimeProvider clock,
    ILogger<JobRun> logger)
{
    private static readonly Func<ILogger, string, string, IDisposable?> LogScope = LoggerMessage.DefineScope<string, string>("Job {JobId} RequestId {RequestId}");

    // What passes by itself: another try may find room, or the archive.
    private static readonly ProblemType[] Passing =
        [ProblemTypes.StorageFull, ProblemTypes.OutOfMemory, ProblemTypes.DeviceFailed, JobProblemTypes.StoreUnavailable, JobProblemTypes.FileRefused, .. ArchiveProblemTypes.Passing];

    // The node that took the job in served its model and knew its parameters; this one may be about to, or leave it to one of a later version.
    private static readonly ProblemType[] OfThisNode = [ProblemTypes.UnknownModel, ProblemTypes.ModelUnavailable, ProblemTypes.InvalidParameter];

    /// <summary>Works on it; never throws.</summary>
    /// <param name="claimed">The job.</param>
    /// <param name="stopping">Cancelled when the service stops: the job then waits for another process.</param>
    public async Task WorkAsync(ClaimedJob claimed, CancellationToken stopping)
    {
        var record = claimed.Record;
        using var scope = LogScope(logger, record.Id, record.RequestId);
        // By the database's clock, which may have been set in between.
        var waited = TimeSpan.FromTicks(Math.Max(0, (record.Started!.Value - record.Accepted!.Value).Ticks));
        if (claimed.IsBegunFirst)
            metrics.Begun(waited);
        using var span = Trace(claimed, waited);
        using var job = new JobInHand(record.Id, record.Attempt);
        inHand.Run(job);
        try
        {
            var start = clock.GetTimestamp();
            var ended = await SettleAsync(job, await TryAsync(record, job, stopping), stopping);
            if (ended is { } state)
                metrics.Took(state, waited + clock.GetElapsedTime(start));
            await retention.TidyAsync(job.Id);
            await retention.TrimAsync();
        }
        catch (OperationCanceledException)
        {
            // The service stops before it could store how the job ended; another process does it again.
        }
        catch (ProblemException)
        {
            // The store is away, and was said to be; what is left is swept later.
        }
        catch (Exception failure)
        {
            LogUnexpected(failure);
        }
        finally
        {
            inHand.PutDown(job);
        }
    }

    // In the trace of the request that brought it, whichever node that reached and this is; beside it the time in which it waited.
    private Activity? Trace(ClaimedJob claimed, TimeSpan waited)
    {
        var record = claimed.Record;
        if (claimed.IsBegunFirst)
        {
            var now = clock.GetUtcNow();
            using var queued = StageTimings.Source.StartActivity("queued", ActivityKind.Internal, record.Trace, startTime: now - waited);
            queued?.SetEndTime(now.UtcDateTime);
        }

        return StageTimings.Source.StartActivity("job", ActivityKind.Consumer, record.Trace)
            ?.SetTag("sassnet.job.attempt", record.Attempt).SetTag("sassnet.model", record.Model).SetTag("sassnet.output", record.Output);
    }

    private async Task<Outcome> TryAsync(JobRecord record, JobInHand job, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, job.Lost);
        try
        {
            var input = await archive.FetchAsync(record, job, JsonSerializer.Deserialize(record.Input!, JobsJson.Default.StoredInput)!, either.Token);
            var made = await MadeBeforeAsync(record, job, either.Token) ?? await MakeAsync(record, job, input, either.Token);
            await archive.StoreAsync(record, job, input.Archive, made.Results, made.Warnings, either.Token);
            return made;
        }
        catch (Exception failure) when (failure is OperationCanceledException || job.Lost.IsCancellationRequested)
        {
            return new Outcome { IsStopped = true };
        }
        catch (Exception failure)
        {
            // What it wrote may be what fills the disk.
            spool.Discard(record.Id, job.Attempt);
            var found = ProblemExceptionHandler.Of(failure);
            if (found.Type == ProblemTypes.Internal && await AwayAsync() is { } away)
                found = ProblemExceptionHandler.Of(away);
            if (found.Type == ProblemTypes.Internal)
                LogUnexpected(failure);
            return new Outcome { Problem = found, HasStoppedDevice = failure is DeviceStoppedException };
        }
    }

    // Whatever goes wrong while files cannot be reached goes wrong for that reason.
    private async Task<ProblemException?> AwayAsync()
    {
        try
        {
            await files.ProbeAsync();
            return null;
        }
        catch (ProblemException away)
        {
            return away;
        }
    }

    // Only an archive was still to get them.
    private async Task<Outcome?> MadeBeforeAsync(JobRecord record, JobInHand job, CancellationToken cancellation) =>
        record.Results is { } stored && JsonSerializer.Deserialize(stored, JobsJson.Default.IReadOnlyListStoredResult)! is var results
        && await spool.TakeOverAsync(record.Id, job.Attempt, results, cancellation)
            ? new Outcome { Results = results, Warnings = JsonSerializer.Deserialize(record.Warnings!, JobsJson.Default.IReadOnlyListWarning)! }
            : null;

    private async Task<Outcome> MakeAsync(JobRecord record, JobInHand job, StoredInput input, CancellationToken cancellation)
    {
        var query = SegmentQuery.Parse(new QueryCollection(QueryHelpers.ParseQuery(record.Query)), only: null);
        var output = SegmentOutput.All.Single(each => each.Name == record.Output);

        // Whatever else an archive may have sent.
        if (input.Archive is { } order)
            query = query with { Series = order.DicomWeb.Series };
        var volume = await spool.InputAsync(record.Id, input, cancellation);
        var answer = await spool.NewAnswerAsync(record.Id, job.Attempt, output);
        var (found, key) = await execution.RunAsync(record, query, output, input, volume, answer, job, cancellation);
        var results = await spool.KeepAsync(record.Id, job.Attempt, output, cancellation);
        return new Outcome { Results = results, Warnings = found.Warnings, CacheKey = key };
    }

    private async Task<JobState?> SettleAsync(JobInHand job, Outcome outcome, CancellationToken stopping)
    {
        if (job.Lost.IsCancellationRequested)
            return Ended(null, null);
        if (outcome.IsStopped)
        {
            // The process is about to end: once is enough, and where it fails the lease runs out.
            await claims.PutBackAsync(job, TimeSpan.Zero, counts: false);
            Tell("waiting again", null);
            return null;
        }

        if (outcome.Problem is { } problem)
            return await FailAsync(job, problem, outcome.HasStoppedDevice, stopping);
        var isStored = await StoreAsync(() => claims.SucceedAsync(job, outcome.Results, outcome.Warnings, outcome.CacheKey), stopping);
        return Ended(isStored ? JobState.Succeeded : null, null);
    }

    private async Task<JobState?> FailAsync(JobInHand job, FoundProblem problem, bool hasStoppedDevice, CancellationToken stopping)
    {
        var isPassing = Passing.Contains(problem.Type) || (folder.IsShared && OfThisNode.Contains(problem.Type));

        // A job that only waited for a device had nothing to do with its end. One that was on it may be what ended it, and would end one device after another.
        var counts = hasStoppedDevice || (problem.Type != ProblemTypes.DeviceFailed && problem.Type != JobProblemTypes.StoreUnavailable);
        if (isPassing && (!counts || job.Attempt < options.Value.MaxAttempts))
        {
            var wait = problem.Type == ProblemTypes.DeviceFailed && problem.RetryAfter is { } device ? device : options.Value.RetryDelay;
            await StoreAsync(() => claims.PutBackAsync(job, wait, counts), stopping);
            Tell("waiting again", problem.Type.Slug);
            return null;
        }

        var isStored = await StoreAsync(() => claims.FailAsync(job, problem.Type, problem.Detail), stopping);
        return Ended(isStored ? JobState.Failed : null, problem.Type.Slug);
    }

    private JobState? Ended(JobState? state, string? problem)
    {
        if (state is { } known)
            metrics.Ended(known);
        Tell(state?.ToString().ToLowerInvariant() ?? "no longer this process's", problem);
        return state;
    }

    private void Tell(string outcome, string? problem)
    {
        // Called within the job's span, which has no stage left open.
        var span = Activity.Current?.SetTag("sassnet.job.outcome", outcome);
        if (problem is not null)
            span?.SetTag("error.type", problem).SetStatus(ActivityStatusCode.Error);
        LogEnded(outcome, problem);
    }

    // The work is done and must not be lost for a database that is away for a while.
    private Task<bool> StoreAsync(Func<Task<bool>> store, CancellationToken stopping) => DatabaseOutage.WaitOutAsync(store, clock, stopping);

    [LoggerMessage(EventId = 45, Level = LogLevel.Information, Message = "A job is {Outcome} (problem {Problem})")]
    private partial void LogEnded(string outcome, string? problem);

    [LoggerMessage(EventId = 46, Level = LogLevel.Error, Message = "A job failed unexpectedly")]
    private partial void LogUnexpected(Exception failure);

    private sealed record Outcome
    {
        public IReadOnlyList<StoredResult> Results { get; init; } = [];

        public IReadOnlyList<Warning> Warnings { get; init; } = [];

        public string? CacheKey { get; init; }

        public FoundProblem? Problem { get; init; }

        public bool HasStoppedDevice { get; init; }

        public bool IsStopped { get; init; }
    }
}
