using Sassnet.Model.Metrics;
using Sassnet.Model.Volumes;

namespace Sassnet.Training;

/// <summary>How well one case was segmented, against its label, on the case's own grid.</summary>
/// <param name="Case">The case's name.</param>
/// <param name="Dice">0 to 1; 0 where the prediction is empty.</param>
/// <param name="Jaccard">0 to 1.</param>
/// <param name="Hd95">95 % Hausdorff distance in voxels; infinite where the prediction is empty.</param>
/// <param name="Asd">Average surface distance in voxels, prediction to label; infinite where the prediction is empty.</param>
/// <param name="Empty">Whether nothing was predicted.</param>
public sealed record CaseScore(string Case, double Dice, double Jaccard, double Hd95, double Asd, bool Empty)
{
    /// <summary>Scores a prediction.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="prediction">The predicted mask; anything but 0 is foreground.</param>
    /// <param name="truth">The label's mask on the same grid.</param>
    public static CaseScore Of(string name, LabelMap prediction, LabelMap truth)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(truth);
        var overlap = Overlap.Between(prediction.Labels, truth.Labels);
        var surfaces = SurfaceDistances.Between(prediction.Labels, truth.Labels, truth.Size, VoxelSize.Unit);
        return new CaseScore(name, overlap.Dice, overlap.Jaccard, surfaces.HausdorffDistance95, surfaces.AverageSurfaceDistance, overlap.PredictionVoxels == 0);
    }
}
