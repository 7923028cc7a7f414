using System.Diagnostics;

namespace Sassnet.Model.Inference.Timing;

/// <summary>Times the stages of one segmentation and makes a span of each.</summary>
/// <param name="ended">Told of each stage once it has ended; null for nobody.</param>
internal sealed class StageClock(Action<StageTiming>? ended)
{
    /// <summary>The name of the source of the spans.</summary>
    public const string SourceName = "Sassnet.Model";

    /// <summary>The source of the spans: one for each stage, and within <c>infer</c> one for each pass through the network.</summary>
    internal static readonly ActivitySource Source = new(SourceName);

    private readonly List<StageTiming> _stages = [];

    /// <summary>The stages so far.</summary>
    public IReadOnlyList<StageTiming> Stages => _stages;

    /// <summary>Runs a stage, unless the caller has given up.</summary>
    public T Run<T>(string name, Func<Activity?, T> stage, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var span = Source.StartActivity(name);
        var start = Stopwatch.GetTimestamp();
        var result = stage(span);
        var timing = new StageTiming(name, Stopwatch.GetElapsedTime(start).TotalSeconds);
        _stages.Add(timing);
        ended?.Invoke(timing);
        return result;
    }
}

/// <summary>How long one stage of a segmentation took.</summary>
/// <param name="Name">One of <c>prepare</c>, <c>infer</c>, <c>restore</c>, <c>measure</c>.</param>
/// <param name="Seconds">Wall-clock time.</param>
public sealed record StageTiming(string Name, double Seconds);
