namespace Sassnet.Training.Robustness;

/// <summary>How well one copy of one case was segmented, on the copy's own grid.</summary>
/// <param name="Copy">Which copy.</param>
/// <param name="Score">The score, under the case's name.</param>
public sealed record CopyScore(ScanCopy Copy, CaseScore Score);
