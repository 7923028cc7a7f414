using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>Estimates the memory of one pass over a whole volume.</summary>
public static class ActivationMemory
{
    // The finest level dominates: the skip connection and the upsampled features, then these and the last stage's output, live at once;
    // a third of one more covers the levels below and oneDNN's scratch space.
    private const double LiveFeatureMaps = 3.3;

    // The input's two channels and the heads' two outputs in the network's type; the heads in float32, and both maps as arrays.
    private const int NarrowChannels = 4;
    private const int FloatChannels = 4;

    /// <summary>An upper estimate of what one forward pass and its results take, in bytes.</summary>
    /// <param name="padded">The grid, padding included.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    public static long OfOnePass(GridSize padded, int filters, int bytesPerValue) =>
        (long)(padded.Count * ((((LiveFeatureMaps * filters) + NarrowChannels) * bytesPerValue) + (FloatChannels * sizeof(float))));
}
