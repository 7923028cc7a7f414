using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>Estimates the memory of one pass over a whole volume.</summary>
public static class ActivationMemory
{
    // The finest level dominates: at most three of its feature maps live at once. With the levels below and the gaps that the allocator cannot
    // fill, the growth of the process was measured as 4.6 (float32) and 4.8 (bfloat16) at 288x240x144 with 16 filters.
    private const int LiveFeatureMaps = 5;

    // The input's two channels and the heads' two outputs in the network's type; the heads in float32, and both maps as arrays.
    private const int NarrowChannels = 4;
    private const int FloatChannels = 4;

    // Of mirrored passes besides: the input that they are mirrored from, and the sums of both maps.
    private const int MirroredFrom = 2;
    private const int Summed = 2;

    /// <summary>An upper estimate of what one forward pass and its results take, in bytes.</summary>
    /// <param name="padded">The grid, padding included.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    public static long OfOnePass(GridSize padded, int filters, int bytesPerValue) =>
        padded.Count * ((((LiveFeatureMaps * filters) + NarrowChannels) * bytesPerValue) + (FloatChannels * sizeof(float)));

    /// <summary>The same for <see cref="MirroredInference"/>.</summary>
    /// <param name="padded">The grid, padding included.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="atOnce">Passes computed at once.</param>
    public static long OfMirroredPasses(GridSize padded, int filters, int bytesPerValue, int atOnce) =>
        (atOnce * OfOnePass(padded, filters, bytesPerValue)) + (padded.Count * ((MirroredFrom * bytesPerValue) + (Summed * sizeof(float))));
}
