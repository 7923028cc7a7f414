namespace Sassnet.Api.Tests.Structure;

/// <summary>Finds the circles of a directed graph.</summary>
internal static class Circles
{
    /// <summary>The groups of nodes that all reach one another (strongly connected components of more than one node), each in order.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> In(IEnumerable<(string From, string To)> edges)
    {
        var next = edges.ToLookup(edge => edge.From, edge => edge.To);
        var reached = next.ToDictionary(group => group.Key, group => ReachedFrom(group.Key, next));
        return
        [
            .. reached.Keys
                .Select(node => reached[node].Where(other => reached.GetValueOrDefault(other)?.Contains(node) == true).Append(node).Distinct())
                .Select(circle => (IReadOnlyList<string>)[.. circle.Order(StringComparer.Ordinal)])
                .Where(circle => circle.Count > 1)
                .DistinctBy(circle => string.Join(' ', circle)),
        ];
    }

    private static HashSet<string> ReachedFrom(string start, ILookup<string, string> next)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(next[start]);
        while (open.TryPop(out var node))
        {
            if (!reached.Add(node))
                continue;
            foreach (var further in next[node])
                open.Push(further);
        }

        return reached;
    }
}
