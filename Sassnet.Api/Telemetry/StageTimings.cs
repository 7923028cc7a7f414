using System.Diagnostics;
using System.Globalization;

namespace Sassnet.Api.Telemetry;

/// <summary>
/// The stages one request went through and how long each took: the same figures for its trace, the metrics, <c>Server-Timing</c> and the report.
/// Safe to use from several threads.
/// </summary>
internal sealed class StageTimings(ServiceMetrics metrics, TimeProvider clock)
{
    /// <summary>The source of the spans that belong to the service; those within an inference are the model library's.</summary>
    public static readonly ActivitySource Source = new(ServiceMetrics.MeterName);

    private readonly Lock _lock = new();
    private readonly List<(string Name, double Seconds)> _stages = [];

    /// <summary>The stages that have ended, in order, with their seconds.</summary>
    public IReadOnlyList<(string Name, double Seconds)> Ended
    {
        get
        {
            lock (_lock)
                return [.. _stages];
        }
    }

    /// <summary>The value of the header <c>Server-Timing</c> (W3C): milliseconds of each stage.</summary>
    public string ServerTiming =>
        string.Join(", ", Ended.Select(stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Name};dur={stage.Seconds * 1000:0.###}")));

    /// <summary>Begins a stage that ends when the result is disposed.</summary>
    public RunningStage Start(string name) => new(this, name, clock);

    /// <summary>Takes in a stage that was timed elsewhere.</summary>
    public void Add(string name, double seconds)
    {
        lock (_lock)
            _stages.Add((name, seconds));
        metrics.StageTook(name, seconds);
    }
}

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
