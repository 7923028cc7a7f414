using System.Diagnostics;

namespace Sassnet.Api.Models;

/// <summary>Guesses when a place in a queue will be free, from how long the last jobs took.</summary>
internal sealed class RetryEstimate
{
    // The newest job counts a third: a change of what is sent shows after a few requests, one odd request does not.
    private const double NewestWeight = 1.0 / 3;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private double _meanSeconds = Shortest.TotalSeconds;

    /// <summary>The longest wait that is ever named.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Runs a job and takes its time into account.</summary>
    public void Measure(Action job)
    {
        var start = Stopwatch.GetTimestamp();
        job();
        var mean = Volatile.Read(ref _meanSeconds);
        Volatile.Write(ref _meanSeconds, mean + (NewestWeight * (Stopwatch.GetElapsedTime(start).TotalSeconds - mean)));
    }

    /// <summary>The time until a full queue is likely to have a place again: one job's; the others ahead have their places already.</summary>
    public TimeSpan Next() => TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(Volatile.Read(ref _meanSeconds)), Shortest.TotalSeconds, Longest.TotalSeconds));
}
