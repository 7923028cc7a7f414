using Microsoft.EntityFrameworkCore;
using Sassnet.Api.Jobs.Files;

namespace Sassnet.Api.Jobs.Records;

/// <summary>
/// With SQLite the database's clock is this machine's, and that may be set, by days, while jobs wait and results are kept. The times in the records are then moved
/// along with it: what had an hour left has an hour left, and what a caller sees fits the clock as it is now.
/// </summary>
internal sealed partial class RecordTimes(JobDatabase database, JobFolder folder, TimeProvider clock, ILogger<RecordTimes> logger) : IDisposable
{
    // Less than this is no harm, and may be a process that was kept waiting between its two looks.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (DateTimeOffset At, long Timestamp) _last = (TimeProvider.System.GetUtcNow(), clock.GetTimestamp());

    /// <summary>Moves them if the clock was set since the last call. Whoever does something by age calls this before.</summary>
    public async Task FollowAsync()
    {
        // A server's clock is not for its clients to judge.
        if (folder.IsShared)
            return;
        await _one.WaitAsync();
        try
        {
            var (at, timestamp) = (TimeProvider.System.GetUtcNow(), clock.GetTimestamp());
            var elapsed = clock.GetElapsedTime(_last.Timestamp, timestamp);
            var jump = at - _last.At - elapsed;
            if (jump.Duration() > Tolerance)
            {
                await database.UseAsync(db => MoveAsync(db, jump.TotalSeconds, (at - elapsed).UtcDateTime, (at + Tolerance).UtcDateTime));
                LogMoved(jump.TotalSeconds);
            }

            _last = (at, timestamp);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    // What has happened since the last look may have been written by either clock: what this one may have written stays.
    private static Task<int> MoveAsync(JobContext db, double seconds, DateTime from, DateTime to) => db.Jobs.ExecuteUpdateAsync(set => set
        .SetProperty(job => job.Lease, job => job.Lease.AddSeconds(seconds))
        .SetProperty(job => job.NotBefore, job => job.NotBefore!.Value.AddSeconds(seconds))
        .SetProperty(job => job.Accepted, job => job.Accepted >= from && job.Accepted <= to ? job.Accepted : job.Accepted!.Value.AddSeconds(seconds))
        .SetProperty(job => job.Started, job => job.Started >= from && job.Started <= to ? job.Started : job.Started!.Value.AddSeconds(seconds))
        .SetProperty(job => job.Ended, job => job.Ended >= from && job.Ended <= to ? job.Ended : job.Ended!.Value.AddSeconds(seconds))
        .SetProperty(job => job.CallbackNext, job => job.CallbackNext!.Value.AddSeconds(seconds)));

    [LoggerMessage(EventId = 80, Level = LogLevel.Warning, Message = "This machine's clock was set by {Seconds:0} s; the times of the jobs were moved with it")]
    private partial void LogMoved(double seconds);
}
