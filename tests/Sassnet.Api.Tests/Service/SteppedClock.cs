namespace Sassnet.Api.Tests.Service;

/// <summary>The system's clock, of which tests pass over what they would have to wait for. The time of day is left alone.</summary>
public sealed class SteppedClock : TimeProvider
{
    private long _ahead;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);

    public void Step(TimeSpan by) => Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));
}
