using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sassnet.Api.Access;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Execution;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Problems;
using Sassnet.Model.Wording;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>The records as callers see them: each his own, and of those of others not even that they exist.</summary>
internal sealed class JobStore(JobDatabase database, JobsInHand inHand, IOptions<JobsOptions> options, IOptions<CallerLimitOptions> limits)
{
    private static readonly TimeSpan LimitRetry = TimeSpan.FromSeconds(30);

    private readonly double _leaseSeconds = options.Value.Lease.TotalSeconds;

    /// <summary>
    /// Adds a job whose scan is about to be received.
    /// </summary>
    /// <returns>Null; or the job that has the same caller's idempotency key already.</returns>
    /// <exception cref="ProblemException">The caller has as many waiting as he may.</exception>
    public async Task<JobRecord?> ReserveAsync(JobRecord job, CancellationToken cancellation)
    {
        inHand.Receive(job.Id);
        try
        {
            var existing = await database.UseAsync(db => AddAsync(db, job, cancellation), cancellation);
            if (existing is not null)
                inHand.PutDown(job.Id);
            else
                await RequireWithinLimitAsync(job, cancellation);
            return existing;
        }
        catch
        {
            await ForgetAsync(job);
            throw;
        }
    }

    /// <summary>The job that has a caller's idempotency key, one that is still being received too; null where none has.</summary>
    public Task<JobRecord?> TryFindByKeyAsync(string caller, string keyHash, CancellationToken cancellation) => database.UseAsync(
        db => db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Caller == caller && job.KeyHash == keyHash, cancellation), cancellation);

    /// <summary>Lets a job wait for its turn: from here on it is known and will end.</summary>
    /// <returns>The job as it is now.</returns>
    /// <exception cref="ProblemException">It was taken for abandoned, or the database cannot be reached.</exception>
    public Task<JobRecord> AcceptAsync(JobRecord job, StoredInput input, string hash, long bytes)
    {
        var files = JsonSerializer.Serialize(input, JobsJson.Default.StoredInput);
        return AcceptAsync(job, received => received.ExecuteUpdateAsync(set => set
            .SetProperty(record => record.Accepted, record => DateTime.UtcNow)
            .SetProperty(record => record.Node, (string?)null)
            .SetProperty(record => record.Input, files)
            .SetProperty(record => record.InputHash, hash)
            .SetProperty(record => record.InputBytes, bytes)));
    }

    /// <summary>Lets a job have ended with the results of an earlier one, whose copies are those of its first attempt.</summary>
    /// <returns>The job as it is now.</returns>
    /// <exception cref="ProblemException">It was taken for abandoned, or the database cannot be reached.</exception>
    public Task<JobRecord> AcceptEndedAsync(JobRecord job, string hash, JobRecord earlier) =>
        AcceptAsync(job, received => JobClaims.Ended(received, JobState.Succeeded, set => set
            .SetProperty(record => record.Accepted, record => DateTime.UtcNow)
            .SetProperty(record => record.Node, (string?)null)
            .SetProperty(record => record.Attempt, 1)
            .SetProperty(record => record.Progress, 1)
            .SetProperty(record => record.InputHash, hash)
            .SetProperty(record => record.CacheKey, earlier.CacheKey)
            .SetProperty(record => record.Results, earlier.Results)
            .SetProperty(record => record.ResultBytes, earlier.ResultBytes)
            .SetProperty(record => record.Warnings, earlier.Warnings)));

    /// <summary>Takes a job back that was not accepted; where that fails it goes by itself, as one of a process that is gone.</summary>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> ForgetAsync(JobRecord job)
    {
        inHand.PutDown(job.Id);
        try
        {
            return await database.UseAsync(async db =>
                await db.Jobs.Where(record => record.Id == job.Id && record.Accepted == null).ExecuteDeleteAsync() == 1
                || !await db.Jobs.AnyAsync(record => record.Id == job.Id));
        }
        catch (ProblemException)
        {
            // What brought us here is what the caller is told.
            return false;
        }
    }

    /// <summary>A job of a caller; null where he has no such one.</summary>
    public Task<JobRecord?> TryFindAsync(string caller, string id, CancellationToken cancellation) => database.UseAsync(
        db => db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id && job.Caller == caller && job.Accepted != null, cancellation), cancellation);

    /// <summary>A job of a caller.</summary>
    /// <exception cref="ProblemException">He has no such one.</exception>
    public async Task<JobRecord> FindAsync(string caller, string id, CancellationToken cancellation) =>
        await TryFindAsync(caller, id, cancellation) ?? throw Unknown(id);

    /// <summary>The jobs of a caller, the newest first, one more than asked for where there are more.</summary>
    public Task<List<JobRecord>> ListAsync(string caller, JobListQuery query, CancellationToken cancellation) => database.UseAsync(
        db =>
        {
            var jobs = db.Jobs.AsNoTracking().Where(job => job.Caller == caller && job.Accepted != null);
            if (query.State is { } state)
                jobs = jobs.Where(job => job.State == state);
            if (query.After is var (at, id))
                jobs = jobs.Where(job => job.Accepted < at || (job.Accepted == at && string.Compare(job.Id, id) < 0));
            return jobs.OrderByDescending(job => job.Accepted).ThenByDescending(job => job.Id).Take(query.Limit + 1).ToListAsync(cancellation);
        },
        cancellation);

    /// <summary>Cancels a job that has not ended; false where it has.</summary>
    public Task<bool> CancelAsync(string caller, string id) => database.UseAsync(async db =>
    {
        var open = db.Jobs.Where(job => job.Id == id && job.Caller == caller && job.Accepted != null && (job.State == JobState.Queued || job.State == JobState.Running));
        return await JobClaims.Ended(open, JobState.Cancelled, set => { }) == 1;
    });

    /// <summary>Removes a job that has ended.</summary>
    public Task<int> RemoveAsync(string caller, string id) => database.UseAsync(db =>
        db.Jobs.Where(job => job.Id == id && job.Caller == caller && job.Ended != null).ExecuteDeleteAsync());

    /// <summary>The problem of a job that a caller has not.</summary>
    public static ProblemException Unknown(string id) => new(JobProblemTypes.UnknownJob,
        $"There is no job '{id}'. It may have been removed, or its time is over; GET /jobs lists those there are.");

    private async Task<JobRecord?> AddAsync(JobContext db, JobRecord job, CancellationToken cancellation)
    {
        try
        {
            job.Node = inHand.Node;
            db.Jobs.Add(job);
            await using var both = await db.Database.BeginTransactionAsync(cancellation);

            // One of a caller after the other: PostgreSQL gives out numbers before what has them can be seen.
            if (limits.Value.JobsWaiting is not null && db.Database.IsNpgsql())
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({job.Caller}, 0))", cancellation);
            await db.SaveChangesAsync(cancellation);
            await db.Jobs.Where(record => record.Id == job.Id).ExecuteUpdateAsync(
                set => set.SetProperty(record => record.Lease, record => DateTime.UtcNow.AddSeconds(_leaseSeconds)), cancellation);
            await both.CommitAsync(cancellation);
            return null;
        }
        catch (DbUpdateException failure) when (JobDatabase.IsDuplicate(failure))
        {
            db.ChangeTracker.Clear();
            return await db.Jobs.AsNoTracking().SingleOrDefaultAsync(other => other.Caller == job.Caller && other.KeyHash == job.KeyHash, cancellation)
                ?? throw JobProblemTypes.BeingReceived();
        }
    }

    private async Task<JobRecord> AcceptAsync(JobRecord job, Func<IQueryable<JobRecord>, Task<int>> accept)
    {
        var accepted = await database.UseAsync(async db =>
        {
            // Read before anybody sees it: whoever does may remove it.
            await using var both = await db.Database.BeginTransactionAsync();
            var known = await accept(db.Jobs.Where(record => record.Id == job.Id && record.Accepted == null && record.Node == inHand.Node)) == 1
                ? await db.Jobs.AsNoTracking().SingleAsync(record => record.Id == job.Id)
                : null;
            await both.CommitAsync();
            return known;
        });
        inHand.PutDown(job.Id);
        return accepted ?? throw new ProblemException(JobProblemTypes.StoreUnavailable, JobProblemTypes.StoreUnavailable.Example, JobProblemTypes.StoreRetry);
    }

    // Counted once it is in: of two that come together the later one sees both.
    private async Task RequireWithinLimitAsync(JobRecord job, CancellationToken cancellation)
    {
        if (limits.Value.JobsWaiting is not { } most)
            return;
        var waiting = await database.UseAsync(
            db => db.Jobs.CountAsync(other => other.Caller == job.Caller && other.State == JobState.Queued && other.Number <= job.Number, cancellation), cancellation);
        if (waiting > most)
        {
            throw new ProblemException(ProblemTypes.CallerLimit,
                FormattableString.Invariant($"{Counted.Of(most, "job of this caller is", "jobs of this caller are")} waiting already, the most allowed. Try again in about {LimitRetry.TotalSeconds:0} s."), LimitRetry);
        }
    }
}
