namespace Sassnet.Model.Inference;

/// <summary>What to make of one volume.</summary>
/// <param name="Mode">How the network is led over the volume.</param>
/// <param name="Threshold">A voxel is foreground where its probability is greater than this; between 0 and 1, both excluded.</param>
/// <param name="KeepLargest">Whether only the largest connected component (26 neighbours) is kept.</param>
public sealed record SegmentationRequest(InferenceMode Mode = InferenceMode.Auto, float Threshold = 0.5f, bool KeepLargest = true)
{
    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Mode))
            throw new ArgumentOutOfRangeException(nameof(Mode), Mode, "A mode is Auto, Whole, WholeFlips or Window.");
        if (!(Threshold > 0 && Threshold < 1))
            throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "A threshold lies between 0 and 1, both excluded.");
    }
}
