namespace Sassnet.Training.Preparation;

/// <summary>A case as it lies in the raw folder.</summary>
/// <param name="Name">The image's file name without extension.</param>
/// <param name="Image">The image's path; null where there is only a label.</param>
/// <param name="Label">The label's path; null for an unlabelled scan.</param>
public sealed record RawCase(string Name, string? Image, string? Label);
