using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Inference.Timing;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>What was made of a volume, and how. All maps are on the volume's own grid, with its affine.</summary>
/// <param name="Maps">The network's two maps of each label, in the package's order.</param>
/// <param name="Segmentation">The labels they draw.</param>
/// <param name="Measurements">The figures of each label, in the same order.</param>
/// <param name="Warnings">What makes the result doubtful; empty where nothing does.</param>
/// <param name="Plan">What leading the network over the volume came to.</param>
/// <param name="Device">The device that was used: <c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Precision">The precision that was used; never <see cref="Precision.Auto"/>.</param>
/// <param name="Stages">The stages in their order, with their durations.</param>
public sealed record SegmentationResult(
    IReadOnlyList<RestoredMaps> Maps,
    LabelMap Segmentation,
    IReadOnlyList<Measurement> Measurements,
    IReadOnlyList<Warning> Warnings,
    InferencePlan Plan,
    string Device,
    Precision Precision,
    IReadOnlyList<StageTiming> Stages)
{
    /// <summary>The least of the labels' agreements of the network's two answers (<see cref="Measurement.HeadAgreement"/>); null where both are empty of every label.</summary>
    public double? HeadAgreement => Measurements.Select(label => label.KnownAgreement).Min();

    /// <summary>The mode that was used; never <see cref="InferenceMode.Auto"/>.</summary>
    public InferenceMode Mode => Plan.Mode;

    /// <summary>In how many tiles the volume was taken whole: 1 in one pass; null with windows.</summary>
    public int? Tiles => Plan.Tiles?.Count;

    /// <summary>How long leading the network over the volume took, in seconds.</summary>
    public double InferenceSeconds => Stages.Single(stage => stage.Name == "infer").Seconds;
}
