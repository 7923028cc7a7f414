namespace Sassnet.Api.Models;

/// <summary>
/// What runs and what waits on the device, whichever model it is for, and how long each is expected to take: what a client that is sent away is told comes from
/// here. Safe to use from several threads.
/// </summary>
internal sealed class Backlog(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly List<PlannedWork> _works = [];

    /// <summary>Adds a piece of work that waits; dispose it when it has ended or is given up.</summary>
    public PlannedWork Add(TimeSpan expected)
    {
        var work = new PlannedWork(this, expected, clock);
        lock (_lock)
            _works.Add(work);
        return work;
    }

    /// <summary>How long until what runs has ended, and until all that waits has.</summary>
    public (TimeSpan Running, TimeSpan All) Remaining()
    {
        lock (_lock)
        {
            var running = Sum(_works.Where(work => work.IsRunning));
            return (running, running + Sum(_works.Where(work => !work.IsRunning)));
        }

        static TimeSpan Sum(IEnumerable<PlannedWork> works) => works.Aggregate(TimeSpan.Zero, (sum, work) => sum + work.Remaining);
    }

    internal void Remove(PlannedWork work)
    {
        lock (_lock)
            _works.Remove(work);
    }
}

/// <summary>A piece of work in a <see cref="Backlog"/>.</summary>
internal sealed class PlannedWork(Backlog backlog, TimeSpan expected, TimeProvider clock) : IDisposable
{
    // Of what has taken longer than expected it is only known that it is slow: about a quarter of its time may still be to come.
    private const double Overdue = 0.25;

    private readonly Lock _lock = new();
    private TimeSpan _expected = expected;
    private long? _start;

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
