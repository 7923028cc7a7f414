namespace Sassnet.Training.Robustness;

/// <summary>What came out of measuring a package on the copies of all cases.</summary>
/// <param name="Scores">Of each copy that has something of a label.</param>
public sealed record RobustnessFindings(IReadOnlyList<CopyScore> Scores)
{
    /// <summary>The labels that have nothing in a copy, of whatever case, and so no score: which, as the sentence names it, and in which copy.</summary>
    public IReadOnlyList<(string Label, ScanCopy Copy)> Missing { get; init; } = [];

    /// <summary>The copies that were not made, of each case its own.</summary>
    public IReadOnlyList<UnmadeCopy> Unmade { get; init; } = [];

    /// <summary>The copies that the package has no answer to.</summary>
    public IReadOnlyList<RefusedCopy> Refused { get; init; } = [];
}

/// <summary>A copy that could not be segmented, and so has no score.</summary>
/// <param name="Copy">Which copy.</param>
/// <param name="Case">The case's name.</param>
/// <param name="Labels">With several labels the names of those that lie in the copy; empty where there is one label.</param>
/// <param name="Error">Why.</param>
public sealed record RefusedCopy(ScanCopy Copy, string Case, IReadOnlyList<string> Labels, string Error);
