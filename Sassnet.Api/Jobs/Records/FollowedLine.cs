using Microsoft.EntityFrameworkCore;

namespace Sassnet.Api.Jobs.Records;

/// <summary>
/// The jobs that wait, for all who follow theirs: looked at together and once in half a second, however many follow, since a look costs the more the more jobs wait.
/// </summary>
internal sealed class FollowedLine(JobDatabase database, TimeProvider clock)
{
    /// <summary>How often those who follow a job look.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private Task<(JobLoad Load, ILookup<string, long> Waiting)>? _look;
    private long _at;

    /// <summary>The line as a caller sees it, at most as old as the pause between looks.</summary>
    /// <exception cref="Problems.ProblemException">The database cannot be reached.</exception>
    public async Task<JobLine> OfAsync(string caller, CancellationToken cancellation)
    {
        var (load, waiting) = await SharedAsync().WaitAsync(cancellation);
        return new JobLine(caller, [.. waiting[caller]], load);
    }

    private Task<(JobLoad Load, ILookup<string, long> Waiting)> SharedAsync()
    {
        lock (_lock)
        {
            // One that takes longer than the pause is waited for, not doubled. SQLite works on the thread that asks, which holds the lock here.
            if (_look is null || (_look.IsCompleted && clock.GetElapsedTime(_at) >= Pause))
                (_look, _at) = (Task.Run(LookAsync), clock.GetTimestamp());
            return _look;
        }
    }

    // Not cancelled by any of those who wait for it.
    private Task<(JobLoad Load, ILookup<string, long> Waiting)> LookAsync() => database.UseAsync(async db =>
    {
        var waiting = await JobLoad.Waiting(db).OrderBy(job => job.Number).Select(job => new { job.Caller, job.Number }).ToListAsync();
        return (await JobLoad.OfAsync(db, CancellationToken.None), waiting.ToLookup(job => job.Caller, job => job.Number));
    });
}
