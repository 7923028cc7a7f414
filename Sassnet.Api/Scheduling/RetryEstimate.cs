namespace Sassnet.Api.Scheduling;

/// <summary>Says when a client that found no place should come again.</summary>
internal static class RetryEstimate
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that is ever named.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A moment between the first place that becomes free and the last one: places become free one after the other, and clients that were all told the first
    /// moment would meet there and be sent away again, all but one.
    /// </summary>
    /// <param name="running">How long what runs will take.</param>
    /// <param name="all">How long that and all that waits will take; at least as long.</param>
    /// <param name="chance">Which moment: 0 for the first, 1 for the last.</param>
    /// <returns>Whole seconds, from 1 to 300.</returns>
    public static TimeSpan Between(TimeSpan running, TimeSpan all, double chance)
    {
        var seconds = (running + ((all - running) * chance)).TotalSeconds;
        return TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(seconds), Shortest.TotalSeconds, Longest.TotalSeconds));
    }
}
