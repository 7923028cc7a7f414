namespace Sassnet.Training.Robustness;

/// <summary>What came out of measuring a package on the copies of all cases.</summary>
/// <param name="Scores">Of each copy that has something of a label.</param>
public sealed record RobustnessFindings(IReadOnlyList<CopyScore> Scores)
{
    /// <summary>The labels that have nothing in a copy, of whatever case, and so no score: which, as the sentence names it, and in which copy.</summary>
    public IReadOnlyList<(string Label, ScanCopy Copy)> Missing { get; init; } = [];

    /// <summary>The copies that were not made, of each case its own.</summary>
    public IReadOnlyList<UnmadeCopy> Unmade { get; init; } = [];
}
