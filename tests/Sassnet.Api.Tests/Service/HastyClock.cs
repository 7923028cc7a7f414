namespace Sassnet.Api.Tests.Service;

/// <summary>The system's clock, whose long waits tests cut short for a while: what would be over after half a minute is over after five seconds.</summary>
public sealed class HastyClock : TimeProvider
{
    private const int Times = 6;

    // Shorter ones are what a service does all along, and no test has to wait for them.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private volatile bool _isHasty;

    /// <summary>Whether the long waits that begin now are cut short.</summary>
    public bool IsHasty
    {
        get => _isHasty;
        set => _isHasty = value;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new HastyTimer(this, base.CreateTimer(callback, state, Cut(dueTime), period));

    private TimeSpan Cut(TimeSpan wait) => _isHasty && wait >= Long ? wait / Times : wait;

    private sealed class HastyTimer(HastyClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Cut(dueTime), period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
