using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;

namespace Sassnet.Model.Inference;

/// <summary>What to make of one volume.</summary>
/// <param name="Mode">How the network is led over the volume.</param>
/// <param name="Threshold">A voxel is foreground where its probability is greater than this; between 0 and 1, both excluded.</param>
/// <param name="KeepLargest">Whether of each label only its largest connected component (26 neighbours) is kept, or as many as the package says (<see cref="Label.Components"/>).</param>
/// <param name="Quality">What <see cref="InferenceMode.Auto"/> chooses by; with another mode, which leaves nothing to choose, the default.</param>
public sealed record SegmentationRequest(
    InferenceMode Mode = InferenceMode.Auto, float Threshold = 0.5f, bool KeepLargest = true, InferenceQuality Quality = InferenceQuality.Balanced)
{
    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Mode))
            throw new ArgumentOutOfRangeException(nameof(Mode), Mode, "A mode is Auto, Whole, WholeFlips or Window.");
        if (!Enum.IsDefined(Quality) || (Mode != InferenceMode.Auto && Quality != InferenceQuality.Balanced))
            throw new ArgumentOutOfRangeException(nameof(Quality), Quality, $"A quality is Balanced, Fast or Best, and with the mode {Mode} Balanced.");
        if (!(Threshold > 0 && Threshold < 1))
            throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "A threshold lies between 0 and 1, both excluded.");
    }
}
