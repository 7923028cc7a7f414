using Sassnet.Model.Metrics;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Evaluation;

/// <summary>How well one predicted mask meets a label on the same grid.</summary>
/// <param name="Dice">0 to 1; 0 where the prediction is empty.</param>
/// <param name="Jaccard">0 to 1; 0 where the prediction is empty.</param>
/// <param name="Hd95">95 % Hausdorff distance in voxels; infinite where the prediction is empty.</param>
/// <param name="Asd">Average surface distance in voxels, prediction to label; infinite where the prediction is empty.</param>
/// <param name="Hd95Mm">The first distance in millimetres; null where the voxel size is not known.</param>
/// <param name="AsdMm">The second distance in millimetres; null where the voxel size is not known.</param>
/// <param name="Empty">Whether nothing was predicted.</param>
public sealed record MaskScore(double Dice, double Jaccard, double Hd95, double Asd, double? Hd95Mm, double? AsdMm, bool Empty)
{
    /// <summary>Scores a prediction.</summary>
    /// <param name="prediction">The predicted mask; anything but 0 is foreground.</param>
    /// <param name="truth">The label's mask on the same grid, not empty.</param>
    /// <param name="inMillimetres">Whether the label's voxel size is known, not assumed, so that distances in millimetres mean something.</param>
    public static MaskScore Of(LabelMap prediction, LabelMap truth, bool inMillimetres)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(truth);
        var overlap = Overlap.Between(prediction.Labels, truth.Labels);
        var voxels = SurfaceDistances.Between(prediction.Labels, truth.Labels, truth.Size, VoxelSize.Unit);
        var millimetres = inMillimetres ? SurfaceDistances.Between(prediction.Labels, truth.Labels, truth.Size, truth.VoxelSize) : null;
        return new MaskScore(
            overlap.Dice,
            overlap.Jaccard,
            voxels.HausdorffDistance95,
            voxels.AverageSurfaceDistance,
            millimetres?.HausdorffDistance95,
            millimetres?.AverageSurfaceDistance,
            overlap.PredictionVoxels == 0);
    }

    /// <summary>The mean of several predictions of one mask. Where one of them is empty the mean counts as empty too: it has no distance that would be true.</summary>
    /// <param name="scores">At least one.</param>
    public static MaskScore MeanOf(IReadOnlyList<MaskScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var inMillimetres = scores.All(score => score is { Hd95Mm: not null, AsdMm: not null });
        return new MaskScore(
            scores.Average(score => score.Dice),
            scores.Average(score => score.Jaccard),
            scores.Average(score => score.Hd95),
            scores.Average(score => score.Asd),
            inMillimetres ? scores.Average(score => score.Hd95Mm) : null,
            inMillimetres ? scores.Average(score => score.AsdMm) : null,
            scores.Any(score => score.Empty));
    }
}
