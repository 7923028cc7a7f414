using Microsoft.EntityFrameworkCore;
using Sassnet.Api.Jobs.Descriptions;

namespace Sassnet.Api.Jobs.Records;

/// <summary>The jobs that wait at this moment, as one caller sees them: of the others it is only known how many come before his.</summary>
internal sealed class JobLine
{
    private const int Remembered = 20;

    private readonly IReadOnlyList<long> _own;
    private readonly IReadOnlyList<(int Waiting, bool IsBefore)> _others;
    private readonly int _running;
    private readonly double? _seconds;

    private JobLine(IReadOnlyList<long> own, IReadOnlyList<(int Waiting, bool IsBefore)> others, int running, double? seconds)
    {
        _own = own;
        _others = others;
        _running = running;
        _seconds = seconds;
    }

    /// <summary>Looks at them.</summary>
    public static Task<JobLine> OfAsync(JobDatabase database, string caller, CancellationToken cancellation) => database.UseAsync(
        async db =>
        {
            var waiting = db.Jobs.Where(job => job.State == JobState.Queued && job.Accepted != null);
            var own = await waiting.Where(job => job.Caller == caller).OrderBy(job => job.Number).Select(job => job.Number).ToListAsync(cancellation);
            var counts = await waiting.GroupBy(job => job.Caller)
                .Select(group => new { Caller = group.Key, Count = group.Count(), First = group.Min(job => job.Number), Turn = db.Jobs.Where(job => job.Caller == group.Key).Max(job => job.Turn) })
                .ToListAsync(cancellation);
            var mine = counts.Find(count => count.Caller == caller);
            var others = counts.Where(count => count != mine)
                .Select(count => (count.Count, mine is null || (count.Turn, count.First).CompareTo((mine.Turn, mine.First)) < 0))
                .ToList();
            var running = await db.Jobs.CountAsync(job => job.State == JobState.Running, cancellation);

            // Those that were given the results of others took no time.
            var past = await db.Jobs.Where(job => job.State == JobState.Succeeded && job.Started != null)
                .OrderByDescending(job => job.Ended)
                .Take(Remembered)
                .Select(job => new { job.Started, job.Ended })
                .ToListAsync(cancellation);
            var seconds = past.Select(job => (job.Ended - job.Started)?.TotalSeconds).Average();
            return new JobLine(own, others, running, seconds);
        },
        cancellation);

    /// <summary>A job's place, 1 for the next: turns go round the callers, as they do where a job is claimed.</summary>
    public int PositionOf(JobRecord job)
    {
        // Not among them where it was begun since its record was read: then it was the next.
        var rank = Math.Max(1, _own.Count(number => number <= job.Number));
        return rank + _others.Sum(other => Math.Min(other.Waiting, other.IsBefore ? rank : rank - 1));
    }

    /// <summary>Seconds until a job is expected to have ended, as long as others took on average; null where that is not known.</summary>
    public double? EstimateFor(JobRecord job, int? position) => job.State switch
    {
        JobState.Running => Rounded(_seconds * (1 - job.Progress)),
        JobState.Queued => Rounded(_seconds * ((double)(position ?? 1) / Math.Max(_running, 1) + (_running > 0 ? 1 : 0))),
        _ => null,
    };

    private static double? Rounded(double? seconds) => seconds is { } known ? Math.Ceiling(Math.Max(known, 0)) : null;
}
