namespace Sassnet.Api.Scheduling;

/// <summary>
/// What runs and what waits on the devices, whichever model it is for, and how long each is expected to take: what a client that is sent away is told comes from
/// here. Safe to use from several threads.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="devices">How many work at once.</param>
internal sealed class Backlog(TimeProvider clock, int devices)
{
    private readonly Lock _lock = new();
    private readonly List<PlannedWork> _works = [];

    /// <summary>Adds a piece of work that waits; dispose it when it has ended or is given up.</summary>
    /// <param name="flow">Whose it is.</param>
    /// <param name="expected">How long it will keep those behind it waiting.</param>
    public PlannedWork Add(Flow flow, TimeSpan expected)
    {
        var work = new PlannedWork(this, flow, expected, clock);
        lock (_lock)
            _works.Add(work);
        return work;
    }

    /// <summary>How long until a device is free, and until all that waits has ended.</summary>
    public (TimeSpan Running, TimeSpan All) Remaining()
    {
        lock (_lock)
            return (Running(Enumerable.Min), Running(Enumerable.Sum) / devices + Waiting(_works));
    }

    /// <summary>How long until the turn of one who comes now: others come before it with as much as its own flow has waiting, and one of theirs more.</summary>
    public TimeSpan Ahead(Flow flow)
    {
        lock (_lock)
        {
            var flows = _works.Where(work => !work.IsRunning).ToLookup(work => work.Flow);
            var own = Waiting(flows[flow]);
            var others = flows.Where(other => other.Key != flow).Select(other => (All: Waiting(other), Most: own + other.Max(work => work.Remaining)));
            return Running(Enumerable.Sum) / devices + own + others.Aggregate(TimeSpan.Zero, (sum, other) => sum + (other.All < other.Most ? other.All : other.Most));
        }
    }

    internal void Remove(PlannedWork work)
    {
        lock (_lock)
            _works.Remove(work);
    }

    private static TimeSpan Waiting(IEnumerable<PlannedWork> works) =>
        TimeSpan.FromTicks(works.Where(work => !work.IsRunning).Sum(work => work.Remaining.Ticks));

    private TimeSpan Running(Func<IEnumerable<long>, long> together) =>
        TimeSpan.FromTicks(together(_works.Where(work => work.IsRunning).Select(work => work.Remaining.Ticks).DefaultIfEmpty()));
}

/// <summary>A piece of work in a <see cref="Backlog"/>.</summary>
internal sealed class PlannedWork(Backlog backlog, Flow flow, TimeSpan expected, TimeProvider clock) : IDisposable
{
    // Of what has taken longer than expected it is only known that it is slow: about a quarter of its time may still be to come.
    private const double Overdue = 0.25;

    private readonly Lock _lock = new();
    private TimeSpan _expected = expected;
    private long? _start;

    /// <summary>Whose it is.</summary>
    public Flow Flow { get; } = flow;

    /// <summary>Whether it has begun.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_lock)
                return _start is not null;
        }
    }

    /// <summary>How long it is expected to take from now on, waiting for its turn not counted.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                var (left, late) = (_expected - Elapsed, Elapsed * Overdue);
                return left > late ? left : late;
            }
        }
    }

    private TimeSpan Elapsed => _start is { } start ? clock.GetElapsedTime(start) : TimeSpan.Zero;

    /// <summary>Its turn has come.</summary>
    public void Begin()
    {
        lock (_lock)
            _start = clock.GetTimestamp();
    }

    /// <summary>Replaces the guess by what is known now: how long it will still take.</summary>
    public void Expect(TimeSpan fromNow)
    {
        lock (_lock)
            _expected = Elapsed + fromNow;
    }

    /// <inheritdoc/>
    public void Dispose() => backlog.Remove(this);
}
