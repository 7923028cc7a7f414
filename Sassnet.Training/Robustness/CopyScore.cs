using Sassnet.Training.Evaluation;

namespace Sassnet.Training.Robustness;

/// <summary>How well one copy of one case was segmented, on the copy's own grid.</summary>
/// <param name="Copy">Which copy.</param>
/// <param name="Case">The case's name.</param>
/// <param name="Score">The score of the largest component.</param>
public sealed record CopyScore(ScanCopy Copy, string Case, MaskScore Score);
