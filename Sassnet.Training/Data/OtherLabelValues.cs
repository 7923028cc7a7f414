using Sassnet.Model.Wording;

namespace Sassnet.Training.Data;

/// <summary>Says which values of label files are of no structure. They may be meant to be background; or they are a structure that a configuration calls by another value, and then it would not be learned or measured.</summary>
internal static class OtherLabelValues
{
    /// <summary>Notes those of one more case.</summary>
    /// <param name="cases">Of each value the number of cases that have it.</param>
    /// <param name="values">The case's.</param>
    public static void Add(Dictionary<float, int> cases, IEnumerable<float> values)
    {
        foreach (var value in values)
            cases[value] = cases.GetValueOrDefault(value) + 1;
    }

    /// <summary>The sentence; null where there are none.</summary>
    /// <param name="cases">Of each value the number of cases that have it.</param>
    public static string? Sentence(IReadOnlyDictionary<float, int> cases)
    {
        if (cases.Count == 0)
            return null;
        var named = FirstFew.Of(cases.OrderByDescending(other => other.Value).ToList(), other => FormattableString.Invariant($"{other.Key} in {Counted.Of(other.Value, "case")}"), "value");
        return $"Values of label files that are no label's count as background: {named}.";
    }
}
