using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Models;
using Sassnet.Api.Problems;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>
/// The records as whoever works on jobs sees them. A process has a job as long as its record names the process and the attempt: it says every second that it
/// is there, and only so can it store how the job ended. What was not heard of for the length of a lease is taken from it.
/// </summary>
internal sealed partial class JobClaims(
    JobDatabase database, JobsInHand inHand, JobFolder folder, ModelCatalogue catalogue, JobMetrics metrics, IOptions<JobsOptions> options, ILogger<JobClaims> logger)
{
    private const int Candidates = 8;

    // What is to be begun later than any wait lasts was put back under another clock.
    private const double LongestWait = 3600;

    private readonly double _leaseSeconds = options.Value.Lease.TotalSeconds;

    /// <summary>
    /// Takes the next job: of the caller who waits longest for his turn the first one. Null where none waits. Jobs of a model that does not work here, or not yet, are
    /// left to the other nodes, where there may be some.
    /// </summary>
    public Task<ClaimedJob?> ClaimAsync(CancellationToken cancellation) => database.UseAsync(
        async db =>
        {
            string[] notHere = folder.IsShared ? [.. catalogue.Models.Where(model => model.State != ModelState.Ready).Select(model => model.Identifier)] : [];
            var ready = db.Jobs.Where(job => !notHere.Contains(job.Model)
                && job.State == JobState.Queued && job.Accepted != null && (job.NotBefore == null || job.NotBefore <= DateTime.UtcNow || job.NotBefore > DateTime.UtcNow.AddSeconds(LongestWait)));
            var firsts = await ready
                .Where(job => !ready.Any(other => other.Caller == job.Caller && other.Number < job.Number))
                .OrderBy(job => db.Jobs.Where(other => other.Caller == job.Caller).Max(other => other.Turn))
                .ThenBy(job => job.Number)
                .Select(job => new { job.Number, IsFirst = job.Started == null })
                .Take(Candidates)
                .ToListAsync(cancellation);
            foreach (var first in firsts)
            {
                if (await TakeAsync(db, first.Number) is { } taken)
                    return new ClaimedJob(taken, first.IsFirst);
            }

            return null;
        },
        cancellation);

    /// <summary>Says that this process still has a job, and how far it is; false where it has not.</summary>
    public Task<bool> KeepAsync(JobInHand job) => database.UseAsync(async db => await Mine(db, job).ExecuteUpdateAsync(set => set
        .SetProperty(record => record.Progress, job.Progress)
        .SetProperty(record => record.Lease, record => DateTime.UtcNow.AddSeconds(_leaseSeconds))) == 1);

    /// <summary>Says that this process is still receiving.</summary>
    public Task<int> KeepReceivingAsync() => database.UseAsync(db =>
    {
        var ids = inHand.Ids;
        return ids.Count == 0 ? Task.FromResult(0) : db.Jobs.Where(job => job.Accepted == null && job.Node == inHand.Node && ids.Contains(job.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(record => record.Lease, record => DateTime.UtcNow.AddSeconds(_leaseSeconds)));
    });

    /// <summary>Stores the results of a job; false where this process has it no more.</summary>
    /// <param name="job">The job.</param>
    /// <param name="results">What it made.</param>
    /// <param name="warnings">What there is to say of it.</param>
    /// <param name="cacheKey">What they are found by for the same request; null where nobody looks for them.</param>
    public Task<bool> SucceedAsync(JobInHand job, IReadOnlyList<StoredResult> results, IReadOnlyList<Warning> warnings, string? cacheKey) => database.UseAsync(async db =>
    {
        var (stored, seen) = (JsonSerializer.Serialize(results, JobsJson.Default.IReadOnlyListStoredResult), JsonSerializer.Serialize(warnings, JobsJson.Default.IReadOnlyListWarning));
        var bytes = results.Sum(result => result.Bytes);
        return await Ended(Mine(db, job), JobState.Succeeded, set => set
            .SetProperty(record => record.Progress, 1)
            .SetProperty(record => record.CacheKey, cacheKey)
            .SetProperty(record => record.Results, stored)
            .SetProperty(record => record.Warnings, seen)
            .SetProperty(record => record.ResultBytes, bytes)) == 1

            // Said twice where the answer to the first time was lost on its way.
            || await db.Jobs.AnyAsync(record => record.Id == job.Id && record.Attempt == job.Attempt && record.State == JobState.Succeeded && record.Node == inHand.Node);
    });

    /// <summary>Stores that the volume of a job was fetched, for every further attempt; false where this process has it no more.</summary>
    public Task<bool> KeepInputAsync(JobInHand job, StoredInput input, long bytes) => database.UseAsync(async db =>
    {
        var files = JsonSerializer.Serialize(input, JobsJson.Default.StoredInput);
        return await Mine(db, job).ExecuteUpdateAsync(set => set.SetProperty(record => record.Input, files).SetProperty(record => record.InputBytes, bytes)) == 1;
    });

    /// <summary>Stores the results of a job that an archive is still to get, for every further attempt; false where this process has it no more.</summary>
    public Task<bool> KeepResultsAsync(JobInHand job, IReadOnlyList<StoredResult> results, IReadOnlyList<Warning> warnings) => database.UseAsync(async db =>
    {
        var (stored, seen) = (JsonSerializer.Serialize(results, JobsJson.Default.IReadOnlyListStoredResult), JsonSerializer.Serialize(warnings, JobsJson.Default.IReadOnlyListWarning));
        var bytes = results.Sum(result => result.Bytes);
        return await Mine(db, job).ExecuteUpdateAsync(set => set
            .SetProperty(record => record.Results, stored)
            .SetProperty(record => record.Warnings, seen)
            .SetProperty(record => record.ResultBytes, bytes)) == 1;
    });

    /// <summary>Stores why a job failed; false where this process has it no more.</summary>
    public Task<bool> FailAsync(JobInHand job, ProblemType type, string detail) => database.UseAsync(async db =>
    {
        var problem = Json(type, detail);
        return await Ended(Mine(db, job), JobState.Failed, set => set.SetProperty(record => record.Problem, problem)) == 1;
    });

    /// <summary>Puts a job back to wait.</summary>
    /// <param name="job">The job.</param>
    /// <param name="wait">How long it waits at least.</param>
    /// <param name="counts">Whether this was an attempt.</param>
    public Task<bool> PutBackAsync(JobInHand job, TimeSpan wait, bool counts) => database.UseAsync(async db => await Mine(db, job).ExecuteUpdateAsync(set => set
        .SetProperty(record => record.State, JobState.Queued)
        .SetProperty(record => record.Node, (string?)null)
        .SetProperty(record => record.Attempt, counts ? job.Attempt : job.Attempt - 1)
        .SetProperty(record => record.Progress, 0)
        .SetProperty(record => record.NotBefore, record => DateTime.UtcNow.AddSeconds(wait.TotalSeconds))) == 1);

    /// <summary>
    /// Takes jobs from processes that are gone: what was being received is forgotten, since nobody was told of it, what was being worked on waits again, or
    /// has failed where it was begun too often.
    /// </summary>
    public Task<int> RecoverAsync() => database.UseAsync(async db =>
    {
        var (me, ids, isAlone, most) = (inHand.Node, inHand.Ids, !folder.IsShared, options.Value.MaxAttempts);
        var left = db.Jobs.Where(job => job.Node != me ? isAlone || job.Lease < DateTime.UtcNow : !ids.Contains(job.Id) && job.Lease < DateTime.UtcNow);

        // By their states, which there is an index of: most jobs have ended.
        await left.Where(job => job.State == JobState.Queued && job.Accepted == null).ExecuteDeleteAsync();
        var running = left.Where(job => job.State == JobState.Running);
        var problem = Json(JobProblemTypes.Abandoned,
            $"{Counted.Of(most, "time")} the service ended while it worked on this job, the most that it tries. The volume may be what ended it: report the job's id, and do not send it again.");
        var failed = await Ended(running.Where(job => job.Attempt >= most), JobState.Failed, set => set.SetProperty(record => record.Problem, problem));
        var again = await running.ExecuteUpdateAsync(set => set
            .SetProperty(record => record.State, JobState.Queued)
            .SetProperty(record => record.Node, (string?)null)
            .SetProperty(record => record.Progress, 0));
        metrics.Ended(JobState.Failed, failed);
        if (again + failed > 0)
            LogRecovered(again, failed);
        return again;
    });

    /// <summary>How many jobs wait and how many run, on all nodes.</summary>
    public Task<(int Queued, int Running)> CountAsync() => database.UseAsync(async db => (
        await db.Jobs.CountAsync(job => job.State == JobState.Queued && job.Accepted != null), await db.Jobs.CountAsync(job => job.State == JobState.Running)));

    /// <summary>Ends jobs: what their input was is forgotten, and whoever is to be told will be.</summary>
    internal static Task<int> Ended(
        IQueryable<JobRecord> jobs, JobState state, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<JobRecord>> besides) => jobs.ExecuteUpdateAsync(set =>
    {
        set.SetProperty(record => record.State, state)
            .SetProperty(record => record.Ended, record => DateTime.UtcNow)
            .SetProperty(record => record.Query, string.Empty)
            .SetProperty(record => record.Input, (string?)null)
            .SetProperty(record => record.InputBytes, 0)
            .SetProperty(record => record.CallbackNext, record => record.Callback == null ? null : DateTime.UtcNow);

        // What an archive was still to get goes with the files of a job that came to nothing.
        if (state != JobState.Succeeded)
            set.SetProperty(record => record.ResultBytes, 0);
        besides(set);
    });

    private static string Json(ProblemType type, string detail) =>
        JsonSerializer.Serialize(new JobProblem(type.Urn, type.Title, type.Status, detail), JobsJson.Default.JobProblem);

    private IQueryable<JobRecord> Mine(JobContext db, JobInHand job) => db.Jobs.Where(record =>
        record.Id == job.Id && record.State == JobState.Running && record.Node == inHand.Node && record.Attempt == job.Attempt);

    private async Task<JobRecord?> TakeAsync(JobContext db, long number)
    {
        // None where the last job was removed since it was chosen.
        var turn = (await db.Jobs.MaxAsync(job => (long?)job.Turn) ?? 0) + 1;
        var taken = await db.Jobs.Where(job => job.Number == number && job.State == JobState.Queued).ExecuteUpdateAsync(set => set
            .SetProperty(record => record.State, JobState.Running)
            .SetProperty(record => record.Node, inHand.Node)
            .SetProperty(record => record.Lease, record => DateTime.UtcNow.AddSeconds(_leaseSeconds))
            .SetProperty(record => record.Attempt, record => record.Attempt + 1)
            .SetProperty(record => record.Turn, turn)
            .SetProperty(record => record.NotBefore, (DateTime?)null)
            .SetProperty(record => record.Started, record => DateTime.UtcNow));
        // Null too where it was cancelled and removed in between.
        return taken == 1 ? await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Number == number) : null;
    }

    [LoggerMessage(EventId = 44, Level = LogLevel.Warning, Message = "Jobs that a process left when it ended: {Again} wait again, {Failed} have failed")]
    private partial void LogRecovered(int again, int failed);
}
