using System.Text.RegularExpressions;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>What an expression of Prometheus' query language reads.</summary>
/// <param name="Metrics">The metrics.</param>
/// <param name="Labels">The labels it chooses or groups by.</param>
/// <param name="Matchers">The values it chooses, but for those of a dashboard's variables.</param>
internal sealed partial record PromQl(
    IReadOnlyList<string> Metrics,
    IReadOnlyList<string> Labels,
    IReadOnlyList<(string Label, string Operator, string Value)> Matchers)
{
    private static readonly string[] Operators = ["and", "or", "unless", "bool", "offset"];

    public static PromQl Parse(string expression)
    {
        var text = Range().Replace(expression, string.Empty);
        var grouped = Grouping().Matches(text).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)).ToList();
        text = Grouping().Replace(text, string.Empty);
        var selectors = Selector().Matches(text).Where(match => !Operators.Contains(match.Groups[1].Value)).ToList();
        var matchers = selectors.SelectMany(match => Matcher().Matches(match.Groups[2].Value))
            .Select(match => (Label: match.Groups[1].Value, Operator: match.Groups[2].Value, Value: match.Groups[3].Value))
            .ToList();
        return new PromQl(
            [.. selectors.Select(match => match.Groups[1].Value).Distinct()],
            [.. grouped.Concat(matchers.Select(matcher => matcher.Label)).Distinct()],
            [.. matchers.Where(matcher => !matcher.Value.Contains('$', StringComparison.Ordinal))]);
    }

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    // A name that is not a function's, with or without braces.
    [GeneratedRegex(@"(?<![\w:])([A-Za-z_:][\w:]*)(?![\w:]|\s*\()(\{[^}]*\})?")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)\s*(=~|!~|!=|=)\s*""([^""]*)""")]
    private static partial Regex Matcher();
}
