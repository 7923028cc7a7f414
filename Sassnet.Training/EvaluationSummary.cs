namespace Sassnet.Training;

/// <summary>Means over the cases of an evaluation; distances in voxels.</summary>
/// <param name="Dice">Mean over all cases, an empty prediction counting 0.</param>
/// <param name="Jaccard">The same.</param>
/// <param name="Hd95">Mean over the cases with a prediction; null where there is none.</param>
/// <param name="Asd">The same.</param>
/// <param name="Cases">How many cases.</param>
/// <param name="Empty">How many of them have an empty prediction: their distances are not defined, and are not counted as good.</param>
public sealed record EvaluationSummary(double Dice, double Jaccard, double? Hd95, double? Asd, int Cases, int Empty)
{
    /// <summary>Summarises scores.</summary>
    public static EvaluationSummary Of(IReadOnlyCollection<CaseScore> scores)
    {
        var measured = scores.Where(score => !score.Empty).ToList();
        return new EvaluationSummary(
            scores.Average(score => score.Dice),
            scores.Average(score => score.Jaccard),
            measured.Count > 0 ? measured.Average(score => score.Hd95) : null,
            measured.Count > 0 ? measured.Average(score => score.Asd) : null,
            scores.Count,
            scores.Count - measured.Count);
    }
}
