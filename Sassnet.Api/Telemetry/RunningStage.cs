using System.Diagnostics;

namespace Sassnet.Api.Telemetry;

/// <summary>A stage that has begun: a span that is open and a clock that runs until it is disposed, once.</summary>
internal sealed class RunningStage(StageTimings timings, string name, TimeProvider clock) : IDisposable
{
    private readonly Activity? _span = StageTimings.Source.StartActivity(name);
    private readonly long _start = clock.GetTimestamp();
    private bool _ended;

    /// <summary>Ends the stage; further calls do nothing.</summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        _span?.Dispose();
        timings.Add(name, clock.GetElapsedTime(_start).TotalSeconds);
    }
}
