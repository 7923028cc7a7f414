using System.Diagnostics;

namespace Sassnet.Model.Inference.Timing;

/// <summary>A pass through the network as a span: part of all that lead it over a volume.</summary>
internal static class NetworkPass
{
    /// <summary>Begins the span. On a CUDA device it is the time of handing the work over; the last one, or the stage around it, waits for the results.</summary>
    /// <param name="first">How many parts are done.</param>
    /// <param name="count">How many the network gets at once.</param>
    /// <param name="all">How many there are to do.</param>
    public static Activity? Begin(int first, int count, long all)
    {
        var span = StageClock.Source.StartActivity("windows");
        return span?.SetTag("sassnet.window.first", first).SetTag("sassnet.window.count", count).SetTag("sassnet.window.all", all);
    }
}
