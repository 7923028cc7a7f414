using Sassnet.Api.Access;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Scheduling;

/// <summary>Lets requests in, or sends them away with a time to come again: as many as may wait, and none that would wait too long.</summary>
internal sealed class Entrance(QueueOptions options, Backlog backlog)
{
    /// <summary>Sends away a request that would find no place, or would not reach a device in time.</summary>
    /// <param name="flow">Whose it is.</param>
    /// <param name="waiting">Those that are on their way to a device.</param>
    /// <exception cref="ProblemException">It is sent away.</exception>
    public void Require(Flow flow, IReadOnlyCollection<Flow> waiting)
    {
        if (waiting.Count >= FairPlaces.For(options.Length, waiting.Contains(flow)))
            throw Closed(FormattableString.Invariant($"{waiting.Count} requests are already waiting, the most this service takes"));
        var ahead = backlog.Ahead(flow);
        if (ahead > options.MaxWait)
            throw Closed(FormattableString.Invariant($"What is already waiting will take about {ahead.TotalSeconds:0} s, and a request may wait {Longest} s here"));
    }

    /// <summary>The problem of a request that did not reach a device in time.</summary>
    public ProblemException NotReached() => Closed(FormattableString.Invariant($"The request did not reach a device within {Longest} s, the longest it may wait here"));

    private string Longest => FormattableString.Invariant($"{options.MaxWait.TotalSeconds:0.###}");

    private ProblemException Closed(string why)
    {
        var (running, all) = backlog.Remaining();
        var wait = RetryEstimate.Between(running, all, Random.Shared.NextDouble());
        return new ProblemException(ProblemTypes.QueueFull, FormattableString.Invariant($"{why}. Try again in about {wait.TotalSeconds:0} s."), wait);
    }
}
