using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Sassnet.Api.Archive;
using Sassnet.Api.Problems;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Jobs;

/// <summary>Works on one job from its claim to its end: fetch the scan where it is in an archive, segment, keep the results, store that they are there; or say why not, or let it wait again.</summary>
internal sealed partial class JobRun(
    JobClaims claims,
    JobSpool spool,
    IJobFiles files,
    JobArchive archive,
    JobExecution execution,
    JobsInHand inHand,
    JobRetention retention,
    ServiceMetrics metrics,
    IOptions<JobsOptions> options,
    TimeProvider clock,
    ILogger<JobRun> logger)
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);
    private static readonly Func<ILogger, string, string, IDisposable?> LogScope = LoggerMessage.DefineScope<string, string>("Job {JobId} RequestId {RequestId}");

    // What passes by itself: another try may find room, or the archive.
    private static readonly ProblemType[] Passing =
        [ProblemTypes.StorageFull, ProblemTypes.OutOfMemory, ProblemTypes.DeviceFailed, JobProblemTypes.StoreUnavailable, .. ArchiveProblemTypes.Passing];

    /// <summary>Works on it; never throws.</summary>
    /// <param name="record">The job, claimed.</param>
    /// <param name="stopping">Cancelled when the service stops: the job then waits for another process.</param>
    public async Task WorkAsync(JobRecord record, CancellationToken stopping)
    {
        using var scope = LogScope(logger, record.Id, record.RequestId);
        using var span = StageTimings.Source.StartActivity("job", ActivityKind.Consumer, record.Trace);
        using var job = new JobInHand(record.Id, record.Attempt);
        inHand.Run(job);
        try
        {
            await SettleAsync(job, await TryAsync(record, job, stopping), stopping);
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
            inHand.PutDown(job.Id);
        }
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
            return new Outcome { Problem = found };
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
        var output = SegmentOutput.All.Single(each => each.Name == record.Output);
        var query = SegmentQuery.Parse(new QueryCollection(QueryHelpers.ParseQuery(record.Query)), only: null);

        // Whatever else an archive may have sent.
        if (input.Archive is { } order)
            query = query with { Series = order.DicomWeb.Series };
        var volume = await spool.InputAsync(record.Id, input, cancellation);
        var answer = spool.NewAnswer(record.Id, job.Attempt, output);
        var found = await execution.RunAsync(record, query, output, volume, answer, job, cancellation);
        var results = await spool.KeepAsync(record.Id, job.Attempt, output, cancellation);
        return new Outcome { Results = results, Warnings = found.Warnings };
    }

    private async Task SettleAsync(JobInHand job, Outcome outcome, CancellationToken stopping)
    {
        if (job.Lost.IsCancellationRequested)
        {
            Ended(null, null);
        }
        else if (outcome.IsStopped)
        {
            // The process is about to end: once is enough, and where it fails the lease runs out.
            await claims.PutBackAsync(job, TimeSpan.Zero, counts: false);
            LogEnded("waiting again", null);
        }
        else if (outcome.Problem is { } problem)
        {
            await FailAsync(job, problem, stopping);
        }
        else
        {
            var isStored = await StoreAsync(() => claims.SucceedAsync(job, outcome.Results, outcome.Warnings), stopping);
            Ended(isStored ? JobState.Succeeded : null, null);
        }
    }

    private async Task FailAsync(JobInHand job, FoundProblem problem, CancellationToken stopping)
    {
        var isPassing = Passing.Contains(problem.Type);
        var counts = problem.Type != ProblemTypes.DeviceFailed && problem.Type != JobProblemTypes.StoreUnavailable;
        if (isPassing && (!counts || job.Attempt < options.Value.MaxAttempts))
        {
            var wait = problem.Type == ProblemTypes.DeviceFailed && problem.RetryAfter is { } device ? device : options.Value.RetryDelay;
            await StoreAsync(() => claims.PutBackAsync(job, wait, counts), stopping);
            LogEnded("waiting again", problem.Type.Slug);
            return;
        }

        var isStored = await StoreAsync(() => claims.FailAsync(job, problem.Type, problem.Detail), stopping);
        Ended(isStored ? JobState.Failed : null, problem.Type.Slug);
    }

    private void Ended(JobState? state, string? problem)
    {
        var word = state switch
        {
            JobState.Succeeded => "succeeded",
            JobState.Failed => "failed",
            _ => null,
        };
        if (word is not null)
            metrics.JobEnded(word);
        LogEnded(word ?? "no longer this process's", problem);
    }

    // The work is done and must not be lost for a database that is away for a while.
    private async Task<bool> StoreAsync(Func<Task<bool>> store, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await store();
            }
            catch (ProblemException away) when (away.Type == JobProblemTypes.StoreUnavailable)
            {
                await Task.Delay(StoreRetry, clock, stopping);
            }
        }
    }

    [LoggerMessage(EventId = 45, Level = LogLevel.Information, Message = "A job is {Outcome} (problem {Problem})")]
    private partial void LogEnded(string outcome, string? problem);

    [LoggerMessage(EventId = 46, Level = LogLevel.Error, Message = "A job failed unexpectedly")]
    private partial void LogUnexpected(Exception failure);

    private sealed record Outcome
    {
        public IReadOnlyList<StoredResult> Results { get; init; } = [];

        public IReadOnlyList<Warning> Warnings { get; init; } = [];

        public FoundProblem? Problem { get; init; }

        public bool IsStopped { get; init; }
    }
}
