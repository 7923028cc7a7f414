using System.Text.Json.Serialization;

namespace Sassnet.Model.Volumes;

/// <summary>Something odd about a volume or what was made of it that is served all the same.</summary>
/// <param name="Slug">Which kind: lower-case letters and hyphens, the same for every volume.</param>
/// <param name="Sentence">What was seen, and what was done or is usual; never a string from a file.</param>
public sealed record Warning(string Slug, string Sentence)
{
    /// <summary>The value of the label it is about, where there are several; null where it is about the volume, or there is one. Answers say it in the sentence.</summary>
    [JsonIgnore]
    public byte? Label { get; init; }

    /// <summary>Whether it says something of one of several labels: it is about that one, or about the volume.</summary>
    /// <param name="label">The label's value.</param>
    public bool Concerns(byte label) => Label is null || Label == label;

    /// <summary>The slugs of warnings in their order, each once: of several labels more than one may have the same.</summary>
    /// <param name="warnings">The warnings.</param>
    /// <param name="separator">What stands between two.</param>
    public static string Slugs(IEnumerable<Warning> warnings, string separator = " ") => string.Join(separator, warnings.Select(warning => warning.Slug).Distinct());
}
