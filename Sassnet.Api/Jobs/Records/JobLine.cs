using Microsoft.EntityFrameworkCore;
using Sassnet.Api.Jobs.Descriptions;

namespace Sassnet.Api.Jobs.Records;

/// <summary>The jobs that wait at this moment, as one caller sees them: of the others it is only known how many come before his.</summary>
internal sealed class JobLine
{
    private readonly IReadOnlyList<long> _own;
    private readonly IReadOnlyList<(int Waiting, bool IsBefore)> _others;
    private readonly JobLoad _load;

    /// <param name="caller">The caller.</param>
    /// <param name="own">The numbers of his jobs that wait.</param>
    /// <param name="load">What is the same for all callers.</param>
    public JobLine(string caller, IReadOnlyList<long> own, JobLoad load)
    {
        var mine = load.Callers.FirstOrDefault(each => each.Caller == caller);
        (_own, _load) = (own, load);
        _others = [.. load.Callers
            .Where(each => each != mine)
            .Select(each => (each.Waiting, mine is null || (each.Turn, each.First).CompareTo((mine.Turn, mine.First)) < 0))];
    }

    /// <summary>Looks at them.</summary>
    public static Task<JobLine> OfAsync(JobDatabase database, string caller, CancellationToken cancellation) => database.UseAsync(
        async db =>
        {
            var own = await JobLoad.Waiting(db).Where(job => job.Caller == caller).OrderBy(job => job.Number).Select(job => job.Number).ToListAsync(cancellation);
            return new JobLine(caller, own, await JobLoad.OfAsync(db, cancellation));
        },
        cancellation);

    /// <summary>A job's place, 1 for the next: turns go round the callers, as they do where a job is claimed.</summary>
    public int PositionOf(JobRecord job)
    {
        // It need not be among them: where it was begun since its record was read, it was the next; where it came after the look, it is behind them.
        var rank = _own.Count(number => number < job.Number) + 1;
        return rank + _others.Sum(other => Math.Min(other.Waiting, other.IsBefore ? rank : rank - 1));
    }

    /// <summary>Seconds until a job is expected to have ended, as long as others took on average; null where that is not known.</summary>
    public double? EstimateFor(JobRecord job, int? position) => job.State switch
    {
        JobState.Running => Rounded(_load.Seconds * (1 - job.Progress)),
        JobState.Queued => Rounded(_load.Seconds * ((double)(position ?? 1) / Math.Max(_load.Running, 1) + (_load.Running > 0 ? 1 : 0))),
        _ => null,
    };

    private static double? Rounded(double? seconds) => seconds is { } known ? Math.Ceiling(Math.Max(known, 0)) : null;
}
