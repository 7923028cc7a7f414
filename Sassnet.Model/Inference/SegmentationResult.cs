using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>What a segmenter made of a volume. All maps are on the volume's own grid, with its affine.</summary>
public sealed record SegmentationResult
{
    /// <summary>The package's label value where the probability is above the threshold (and in the largest component, when asked), else 0.</summary>
    public required LabelMap Segmentation { get; init; }

    /// <summary>The probability of the foreground, in [0, 1].</summary>
    public required Volume Probability { get; init; }

    /// <summary>The network's normalised signed distance map, in [−1, 1], negative inside.</summary>
    public required Volume Sdm { get; init; }

    /// <summary>Connected components (26 neighbours) above the threshold.</summary>
    public required int ComponentsFound { get; init; }

    /// <summary>How many of them were removed.</summary>
    public required int ComponentsRemoved { get; init; }

    /// <summary>
    /// Dice between (probability &gt; threshold) and (Sdm &lt; 0), before components are removed: a quality flag that needs no ground truth.
    /// In [0, 1]; NaN when both are empty.
    /// </summary>
    public required double HeadAgreement { get; init; }

    /// <summary>The mode that was used; never <see cref="InferenceMode.Auto"/>.</summary>
    public required InferenceMode Mode { get; init; }

    /// <summary>The device that was used: <c>cpu</c> or <c>cuda:N</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The precision that was used; never <see cref="Precision.Auto"/>.</summary>
    public required Precision Precision { get; init; }

    /// <summary>The stages in their order, with their durations.</summary>
    public required IReadOnlyList<StageTiming> Stages { get; init; }
}

/// <summary>How long one stage of a segmentation took.</summary>
/// <param name="Name">One of <c>reorient</c>, <c>resample</c>, <c>normalise</c>, <c>infer</c>, <c>restore</c>, <c>clean-up</c>.</param>
/// <param name="Seconds">Wall-clock time.</param>
public sealed record StageTiming(string Name, double Seconds);
