using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>
/// Removes jobs whose time is over, others where room is needed (see <see cref="RoomShares"/>), and files that no record speaks of. A record goes before its files:
/// a process that ends in between leaves files that are swept, never a record of what is not there.
/// </summary>
internal sealed partial class JobRetention(
    JobFolder folder,
    JobDatabase database,
    RecordTimes times,
    JobSpool spool,
    IJobFiles files,
    JobMetrics metrics,
    IOptions<JobsOptions> options,
    TimeProvider clock,
    ILogger<JobRetention> logger)
    : BackgroundService
{
    private const int Batch = 100;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly double _retainSeconds = options.Value.RetainFor.TotalSeconds;
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Refuses the files of a volume for which no room can be made; removes nothing, since their length is only a claim until they are there.</summary>
    /// <exception cref="ProblemException">What stays leaves too little, or even an empty service would.</exception>
    public async Task RequirePossibleRoomAsync(string caller, long bytes)
    {
        RequireWithin(bytes);
        if (await GoingAsync(caller, bytes, null, null) is null)
            throw Full();
    }

    /// <summary>Makes room for files that a job is about to store, and counts them as stored: of several that come together none finds the room of another.</summary>
    /// <exception cref="ProblemException">There is none, or never will be.</exception>
    public async Task RequireRoomAsync(JobRecord job, long bytes)
    {
        RequireWithin(bytes);
        if (!await TryMakeRoomAsync(job, bytes, null))
            throw Full();
    }

    /// <summary>Makes room likewise for a copy of the results of an earlier job, which do not go for it themselves, nor any of others.</summary>
    /// <returns>Whether there is room; where beside them there can be none, nothing was removed.</returns>
    public Task<bool> TryMakeRoomForCopyAsync(JobRecord job, JobRecord earlier) => TryMakeRoomAsync(job, earlier.ResultBytes, earlier.Id);

    /// <summary>
    /// Removes what is stored beyond the room that there is, as far as it has ended, of whoever holds the most; but not the newest results, which nobody could have
    /// fetched yet: where what waits takes all the room, every job would be done for nothing.
    /// </summary>
    public async Task TrimAsync()
    {
        if (await TakenAsync() <= options.Value.MaxBytes)
            return;
        var stored = await StoredAsync(null, null);
        var newest = stored.LastOrDefault(job => job.MayGo);
        await RemoveAsync(new RoomShares([.. stored.Select(job => job == newest ? job with { MayGo = false } : job)]).Beyond(options.Value.MaxBytes));
    }

    /// <summary>Removes the files of a job that nobody needs any more.</summary>
    public Task TidyAsync(string id) => TidyAsync([id], null);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!folder.IsUsable)
            return;
        await Task.Yield();
        long? swept = null;
        var pause = options.Value.RetainFor / 4 < LongestPause ? options.Value.RetainFor / 4 : LongestPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync();
                if (swept is not { } last || clock.GetElapsedTime(last) >= files.SweepPause)
                {
                    await SweepFilesAsync(stoppingToken);
                    swept = clock.GetTimestamp();
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is ProblemException or IOException or UnauthorizedAccessException)
            {
                LogNotSwept(failure.Message);
            }
            catch (Exception failure)
            {
                LogUnexpected(failure);
            }

            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void RequireWithin(long bytes)
    {
        if (bytes > options.Value.MaxBytes)
        {
            throw new ProblemException(ProblemTypes.UploadTooLarge, FormattableString.Invariant(
                $"The upload has {bytes} bytes; this service gives {options.Value.MaxBytes} to all jobs together. Crop the volume, or send it to POST /segment."));
        }
    }

    // All at once: where there is no room even so, the results that there are are not to go for nothing.
    private async Task<IReadOnlyList<string>?> GoingAsync(string caller, long bytes, string? without, string? copied) =>
        await TakenAsync(without) + bytes <= options.Value.MaxBytes
            ? []
            : new RoomShares(await StoredAsync(without, copied)).For(caller, bytes, options.Value.MaxBytes, isOwnOnly: copied is not null);

    private Task<List<StoredJob>> StoredAsync(string? without, string? kept) => database.UseAsync(db => db.Jobs
        .Where(job => job.Id != without && job.InputBytes + job.ResultBytes > 0)
        .OrderBy(job => job.Ended)
        .Select(job => new StoredJob(job.Id, job.Caller, job.InputBytes + job.ResultBytes, job.Ended != null && job.Id != kept))
        .ToListAsync());

    private async Task<bool> TryMakeRoomAsync(JobRecord job, long bytes, string? copied)
    {
        await _one.WaitAsync();
        try
        {
            if (await GoingAsync(job.Caller, bytes, job.Id, copied) is not { } going)
                return false;
            await RemoveAsync(going);
            await database.UseAsync(
                db => db.Jobs.Where(record => record.Id == job.Id && record.Ended == null).ExecuteUpdateAsync(set => set.SetProperty(record => record.InputBytes, bytes)));
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    private ProblemException Full() => TemporaryFolder.Full(
        $"Jobs that wait, and results of callers who hold no more than this one would, fill the room that this service gives to jobs, {options.Value.MaxBytes} bytes");

    private async Task SweepAsync()
    {
        await times.FollowAsync();
        List<string> over;
        do
        {
            over = await database.UseAsync(db => db.Jobs
                .Where(job => job.Ended < DateTime.UtcNow.AddSeconds(-_retainSeconds))
                .OrderBy(job => job.Ended)
                .Take(Batch)
                .Select(job => job.Id)
                .ToListAsync());
            await RemoveAsync(over);
        }
        while (over.Count == Batch);

        await TrimAsync();
        metrics.Store(await TakenAsync(), new DriveInfo(folder.Path).AvailableFreeSpace);
    }

    // By their states, which there is an index of: those that came to nothing hold nothing.
    private Task<long> TakenAsync(string? without = null) => database.UseAsync(db => db.Jobs
        .Where(job => (job.State == JobState.Queued || job.State == JobState.Running || job.State == JobState.Succeeded) && job.Id != without)
        .SumAsync(job => job.InputBytes + job.ResultBytes));

    private async Task SweepFilesAsync(CancellationToken stopping)
    {
        // Files first: a record is there before its files are.
        var sets = await files.ListAsync(null, stopping);
        foreach (var ids in sets.Keys.Chunk(Batch))
            await TidyAsync(ids, sets);
    }

    private async Task TidyAsync(string[] ids, IReadOnlyDictionary<string, IReadOnlyCollection<string>>? sets)
    {
        var known = await database.UseAsync(db => db.Jobs.Where(job => ids.Contains(job.Id)).Select(job => new { job.Id, job.State, job.Attempt }).ToDictionaryAsync(job => job.Id));
        foreach (var id in ids)
        {
            var job = known.GetValueOrDefault(id);
            if (job is { State: JobState.Queued or JobState.Running })
                continue;
            int? kept = job is { State: JobState.Succeeded } ? job.Attempt : null;
            if (kept is not { } attempt || sets?[id].All(name => name == FileSet.Results(id, attempt).Name) != true)
                await spool.ClearAsync(id, kept);
        }
    }

    private async Task RemoveAsync(IReadOnlyList<string> which)
    {
        foreach (var ids in which.Chunk(Batch))
        {
            await database.UseAsync(db => db.Jobs.Where(job => ids.Contains(job.Id) && job.Ended != null).ExecuteDeleteAsync());
            foreach (var id in ids)
                await spool.ClearAsync(id);
            LogRemoved(ids.Length);
        }
    }

    [LoggerMessage(EventId = 47, Level = LogLevel.Information, Message = "Removed {Count} jobs whose time was over or whose room was needed")]
    private partial void LogRemoved(int count);

    [LoggerMessage(EventId = 48, Level = LogLevel.Warning, Message = "Jobs could not be swept: {Reason}")]
    private partial void LogNotSwept(string reason);

    [LoggerMessage(EventId = 61, Level = LogLevel.Error, Message = "A round of sweeping jobs has failed; the next one follows")]
    private partial void LogUnexpected(Exception failure);
}
