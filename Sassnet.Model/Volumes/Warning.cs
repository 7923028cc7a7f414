namespace Sassnet.Model.Volumes;

/// <summary>Something odd about a volume or what was made of it that is served all the same.</summary>
/// <param name="Slug">Which kind: lower-case letters and hyphens, the same for every volume.</param>
/// <param name="Sentence">What was seen, and what was done or is usual; never a string from a file.</param>
public sealed record Warning(string Slug, string Sentence);
