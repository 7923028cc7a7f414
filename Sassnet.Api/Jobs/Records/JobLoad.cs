using Microsoft.EntityFrameworkCore;
using Sassnet.Api.Jobs.Descriptions;

namespace Sassnet.Api.Jobs.Records;

/// <summary>A caller's jobs that wait.</summary>
/// <param name="Caller">The caller.</param>
/// <param name="Waiting">How many there are.</param>
/// <param name="First">The number of the first.</param>
/// <param name="Turn">When his turn last came by.</param>
internal sealed record CallerLoad(string Caller, int Waiting, long First, long Turn);

/// <summary>What is the same for all who look at their jobs.</summary>
/// <param name="Callers">Who has jobs that wait.</param>
/// <param name="Running">How many jobs run.</param>
/// <param name="Seconds">How long the last ones took on average; null where none has ended.</param>
internal sealed record JobLoad(IReadOnlyList<CallerLoad> Callers, int Running, double? Seconds)
{
    private const int Remembered = 20;

    /// <summary>The jobs that wait for their turn.</summary>
    public static IQueryable<JobRecord> Waiting(JobContext db) => db.Jobs.Where(job => job.State == JobState.Queued && job.Accepted != null);

    /// <summary>Looks at it.</summary>
    public static async Task<JobLoad> OfAsync(JobContext db, CancellationToken cancellation)
    {
        var counts = await Waiting(db).GroupBy(job => job.Caller)
            .Select(group => new { Caller = group.Key, Count = group.Count(), First = group.Min(job => job.Number), Turn = db.Jobs.Where(job => job.Caller == group.Key).Max(job => job.Turn) })
            .ToListAsync(cancellation);
        var running = await db.Jobs.CountAsync(job => job.State == JobState.Running, cancellation);

        // Those that were given the results of others took no time.
        var past = await db.Jobs.Where(job => job.State == JobState.Succeeded && job.Started != null)
            .OrderByDescending(job => job.Ended)
            .Take(Remembered)
            .Select(job => new { job.Started, job.Ended })
            .ToListAsync(cancellation);
        var seconds = past.Select(job => (job.Ended - job.Started)?.TotalSeconds).Average();
        return new JobLoad([.. counts.Select(count => new CallerLoad(count.Caller, count.Count, count.First, count.Turn))], running, seconds);
    }
}
