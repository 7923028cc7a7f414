using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Evaluation;

/// <summary>How well one case was segmented, against its label, on the case's own grid.</summary>
/// <param name="Case">The case's name.</param>
/// <param name="Largest">The score of the largest connected component (26 neighbours), as the service answers by default.</param>
/// <param name="All">The score of everything above the threshold.</param>
/// <param name="Components">How many components there are.</param>
public sealed record CaseScore(string Case, MaskScore Largest, MaskScore All, int Components)
{
    /// <summary>Scores a prediction with and without its smaller components.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="prediction">The predicted mask with all components; anything but 0 is foreground. It is not changed.</param>
    /// <param name="truth">The label's mask on the same grid, not empty.</param>
    /// <param name="inMillimetres">Whether the label's voxel size is known.</param>
    public static CaseScore Of(string name, LabelMap prediction, LabelMap truth, bool inMillimetres)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        var all = MaskScore.Of(prediction, truth, inMillimetres);
        var labels = (byte[])prediction.Labels.Clone();
        var (found, removed) = ConnectedComponents.KeepLargest(labels, prediction.Size, Connectivity.Corner);
        var largest = removed == 0 ? all : MaskScore.Of(new LabelMap(prediction.Size, labels, prediction.Affine), truth, inMillimetres);
        return new CaseScore(name, largest, all, found);
    }

    /// <summary>The mean of several segmentations of one case, such as those of trainings that differ in the seed.</summary>
    /// <param name="scores">At least one, of one case.</param>
    public static CaseScore MeanOf(IReadOnlyList<CaseScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new CaseScore(
            scores[0].Case,
            MaskScore.MeanOf([.. scores.Select(score => score.Largest)]),
            MaskScore.MeanOf([.. scores.Select(score => score.All)]),
            (int)Math.Round(scores.Average(score => score.Components)));
    }
}
