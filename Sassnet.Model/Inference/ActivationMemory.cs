using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>Estimates the memory of passes over a whole volume.</summary>
public static class ActivationMemory
{
    // The finest level dominates: at most three of its feature maps live at once. With the levels below and the gaps that the allocator cannot
    // fill, the growth of the process was measured as 4.6 (float32) and 4.8 (bfloat16) at 288x240x144 with 16 filters.
    private const int LiveFeatureMaps = 5;

    // In slabs less lies idle in the allocator's gaps: of 96 and 192x320x320 voxels, both levels counted, 3.2 and 3.3 (bfloat16), and 4.1 (float32) in a process
    // that had computed in both before.
    private const int LiveFeatureMapsInSlabs = 4;

    // The second level has twice the channels on an eighth of the voxels.
    private const int SecondLevelShare = 4;

    // Planes at the edges of a slab, those that the convolution on the way up sees and those that make them.
    private const int PlanesAtEdges = 4;

    // In the network's type the input, and of each structure the outputs of both heads; in float32 these again, and both maps as arrays.
    private const int InputChannels = FoldedVNet.InputChannels;
    private const int NarrowChannelsOfAClass = 2;
    private const int FloatChannelsOfAClass = 4;
    private const int MapsOfAClass = 2;

    // Of mirrored passes besides: the input that they are mirrored from, and of each structure the sums of both maps.
    private const int SummedOfAClass = 2;

    /// <summary>An upper estimate of what one forward pass and its results take, in bytes.</summary>
    /// <param name="padded">The grid, padding included.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfOnePass(GridSize padded, int filters, int bytesPerValue, int classes = 1) =>
        padded.Count * ((LiveFeatureMaps * filters * bytesPerValue) + AroundFeatures(bytesPerValue, classes));

    /// <summary>The same for <see cref="MirroredInference"/>.</summary>
    /// <param name="padded">The grid, padding included.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="atOnce">Passes computed at once.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfMirroredPasses(GridSize padded, int filters, int bytesPerValue, int atOnce, int classes = 1) =>
        (atOnce * OfOnePass(padded, filters, bytesPerValue, classes)) + OfSums(padded, bytesPerValue, classes);

    /// <summary>The same for a volume in tiles, the finest level of each in slabs (<see cref="FoldedVNet.Forward"/>).</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="tile">The largest tile.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfTiles(GridSize volume, GridSize tile, int filters, int bytesPerValue, int classes = 1)
    {
        var slab = Math.Min(tile.X, FoldedVNet.PlanesOfSlab(tile.Y, tile.Z) + PlanesAtEdges) * (long)tile.Y * tile.Z;
        var features = LiveFeatureMapsInSlabs * filters * bytesPerValue * (slab + (tile.Count / SecondLevelShare));
        var maps = MapsOfAClass * classes * sizeof(float);
        return features + (tile.Count * ((InputChannels * bytesPerValue) + maps)) + (volume.Count * maps);
    }

    /// <summary>The same for <see cref="MirroredInference"/>.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="tile">The largest tile.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="atOnce">Passes computed at once.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfMirroredTiles(GridSize volume, GridSize tile, int filters, int bytesPerValue, int atOnce, int classes = 1) =>
        (atOnce * OfTiles(volume, tile, filters, bytesPerValue, classes)) + OfSums(tile, bytesPerValue, classes);

    private static int AroundFeatures(int bytesPerValue, int classes) =>
        ((InputChannels + (NarrowChannelsOfAClass * classes)) * bytesPerValue) + (FloatChannelsOfAClass * classes * sizeof(float));

    private static long OfSums(GridSize padded, int bytesPerValue, int classes) =>
        padded.Count * ((InputChannels * bytesPerValue) + (SummedOfAClass * classes * sizeof(float)));
}
