namespace Sassnet.Training.Evaluation;

/// <summary>What was found of one of several labels in the cases that lack it, where nothing is right. They have no score of it.</summary>
/// <param name="Label">The label's value.</param>
/// <param name="Cases">How many cases lack it.</param>
/// <param name="Found">In how many of them something of it was found.</param>
/// <param name="MostVoxels">The most voxels that were found in one of them, in the components that are kept.</param>
public sealed record AbsentLabel(byte Label, int Cases, int Found, long MostVoxels)
{
    /// <summary>The labels that cases lack, ascending; null where each has all.</summary>
    public static IReadOnlyList<AbsentLabel>? Of(IEnumerable<CaseScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        IReadOnlyList<AbsentLabel> absent =
        [
            .. scores.SelectMany(score => score.Absent).GroupBy(one => one.Label, one => one.Voxels).OrderBy(label => label.Key)
                .Select(label => new AbsentLabel(label.Key, label.Count(), label.Count(voxels => voxels > 0), label.Max())),
        ];
        return absent.Count > 0 ? absent : null;
    }
}
