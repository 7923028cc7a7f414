using System.Collections.Concurrent;
using System.Globalization;

namespace Sassnet.Api.Tests.Soak;

/// <summary>How a request ended.</summary>
internal enum Ending
{
    /// <summary>As it has to: the right bytes, or the right problem.</summary>
    Right,

    /// <summary>Sent away with a time to come back, as a service beyond its capacity may.</summary>
    SentAway,

    /// <summary>Given up by the client, which was going to.</summary>
    GivenUp,

    /// <summary>Not at all as it has to.</summary>
    Wrong,
}

/// <summary>Counts how the requests of each kind ended, and keeps what was wrong.</summary>
internal sealed class Tally
{
    private const int MostKept = 50;

    private readonly ConcurrentDictionary<(string Kind, Ending Ending), int> _counts = [];

    /// <summary>What was wrong, the first of it.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>All requests that ended so.</summary>
    public int Count(Ending ending, string? kind = null) =>
        _counts.Where(count => count.Key.Ending == ending && (kind is null || count.Key.Kind == kind)).Sum(count => count.Value);

    /// <summary>Counts one.</summary>
    public void Add(string kind, Ending ending) => _counts.AddOrUpdate((kind, ending), 1, (_, count) => count + 1);

    /// <summary>Counts one that was wrong.</summary>
    public void Fault(string kind, string what)
    {
        Add(kind, Ending.Wrong);
        if (Faults.Count < MostKept)
            Faults.Enqueue($"{kind}: {what}");
    }

    /// <summary>A line for each kind.</summary>
    public IEnumerable<string> Lines()
    {
        yield return "| requests | right | sent away | given up | wrong |";
        yield return "|---|---|---|---|---|";
        foreach (var kind in _counts.Keys.Select(key => key.Kind).Distinct().Order(StringComparer.Ordinal))
        {
            var counts = Enum.GetValues<Ending>().Select(ending => Count(ending, kind).ToString(CultureInfo.InvariantCulture));
            yield return $"| {kind} | {string.Join(" | ", counts)} |";
        }
    }
}
