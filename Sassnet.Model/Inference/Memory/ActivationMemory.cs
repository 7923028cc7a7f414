using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference.Memory;

/// <summary>
/// Estimates the memory of passes over a whole volume, and of windows. Over such passes processes were measured to grow by 0.5 to 1.12 times as much: the gaps that the allocator cannot fill differ
/// from run to run (decision 10).
/// </summary>
public static class ActivationMemory
{
    /// <summary>What every estimate has besides: what is left of the allocator's last heap, which has 64 MiB, may be too small for what comes next.</summary>
    public const long RestOfHeap = 64 << 20;

    // At most three feature maps of a level live at once. With the levels below and the gaps that the allocator cannot fill, the growth of the process was measured
    // as 4.6 (float32) and 4.8 (bfloat16) of the finest level's at 288x240x144 with 16 filters. Of a slab's there are two more: gaps weigh more (decision 10).
    private const int LiveFeatureMaps = 5;
    private const int LiveFeatureMapsOfSlab = 7;

    // Levels below those that are computed in slabs; and how many times what LibTorch lays out of one's input it takes, as measured.
    private const int FirstLevelBelow = 2;
    private const int LevelsBelow = 3;
    private const int LaidOut = 3;
    private const int Kernel = 27;

    // The second level has twice the channels on an eighth of the voxels, the third four times on a 64th.
    private const int SecondLevelShare = 4;
    private const int ThirdLevelShare = 16;

    // Planes that a slab has besides: those that the convolutions of both levels see beside it.
    private const int PlanesAtEdges = 4;

    // In the network's type the input, and of each structure the outputs of both heads; in float32 these again, and both maps as arrays.
    private const int InputChannels = FoldedVNet.InputChannels;
    private const int NarrowChannelsOfAClass = 2;
    private const int FloatChannelsOfAClass = 4;
    private const int MapsOfAClass = 2;

    /// <summary>What one forward pass and its results are expected to take, in bytes.</summary>
    /// <param name="padded">The grid, padding included.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfOnePass(GridSize padded, int filters, int bytesPerValue, int classes = 1) =>
        OfOnePassAlone(padded, filters, bytesPerValue, classes) + RestOfHeap;

    /// <summary>The same for <see cref="MirroredInference"/>: besides there are the input that the passes are mirrored from, and the sums of their maps.</summary>
    /// <param name="padded">The grid, padding included.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="atOnce">Passes computed at once.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfMirroredPasses(GridSize padded, int filters, int bytesPerValue, int atOnce, int classes = 1) =>
        (atOnce * OfOnePassAlone(padded, filters, bytesPerValue, classes)) + OfInput(padded, bytesPerValue) + OfMaps(padded, classes) + RestOfHeap;

    /// <summary>The same for a volume in tiles, each in slabs (<see cref="FoldedVNet.ForwardInSlabs"/>).</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="tile">The largest tile.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfTiles(GridSize volume, GridSize tile, int filters, int bytesPerValue, int classes = 1) =>
        InSlabs(tile, filters, bytesPerValue, classes) + OfMaps(volume, classes) + RestOfHeap;

    /// <summary>The same for <see cref="MirroredInference"/>.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="tile">The largest tile.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="atOnce">Passes computed at once.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfMirroredTiles(GridSize volume, GridSize tile, int filters, int bytesPerValue, int atOnce, int classes = 1) =>
        (atOnce * InSlabs(tile, filters, bytesPerValue, classes)) + OfMaps(tile, classes) + OfMaps(volume, classes) + RestOfHeap;

    /// <summary>The same for several windows of <see cref="WindowedInference"/>: besides there are the volume's input, the sums of its maps, and these.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="window">One window.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
    /// <param name="atOnce">Windows computed at once.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfWindows(GridSize volume, GridSize window, int filters, int bytesPerValue, int atOnce, int classes = 1) =>
        (atOnce * OfOnePassAlone(window, filters, bytesPerValue, classes)) + OfInput(volume, bytesPerValue) + (2 * OfMaps(volume, classes)) + RestOfHeap;

    /// <summary>Both maps of each structure, as arrays or as the sums that they are made of.</summary>
    /// <param name="grid">The grid that they are on.</param>
    /// <param name="classes">Structures that the network tells from the background.</param>
    public static long OfMaps(GridSize grid, int classes) => grid.Count * MapsOfAClass * classes * sizeof(float);

    private static long OfOnePassAlone(GridSize padded, int filters, int bytesPerValue, int classes) =>
        padded.Count * ((LiveFeatureMaps * filters * bytesPerValue) + AroundFeatures(bytesPerValue, classes));

    // What the second level keeps, and then either all of the third or its output and a slab, that of the heads included.
    private static long InSlabs(GridSize tile, int filters, int bytesPerValue, int classes)
    {
        var map = (long)filters * bytesPerValue;
        var (skip, third) = (tile.Count / SecondLevelShare * map, tile.Count / ThirdLevelShare * map);
        var slab = Math.Min(tile.X, FoldedVNet.PlanesOfSlab(tile.Y, tile.Z) + PlanesAtEdges) * (long)tile.Y * tile.Z;
        var heads = classes * ((NarrowChannelsOfAClass * bytesPerValue) + (MapsOfAClass * sizeof(float)));
        var below = (LiveFeatureMaps * third) + (bytesPerValue == sizeof(float) ? LaidOutBelow(tile, filters) : 0);
        return skip + Math.Max(below, third + (slab * ((LiveFeatureMapsOfSlab * map) + heads)));
    }

    // Of networks of few filters, whose inputs LibTorch does not leave to oneDNN, this is most.
    private static long LaidOutBelow(GridSize tile, int filters) => Enumerable.Range(FirstLevelBelow, LevelsBelow).Max(level =>
    {
        var plane = (long)(filters << level) * (tile.X >> level) * (tile.Y >> level);
        return plane > FoldedConvolution.MostForLibTorch ? 0 : LaidOut * Kernel * sizeof(float) * plane * (tile.Z >> level);
    });

    private static long OfInput(GridSize padded, int bytesPerValue) => padded.Count * InputChannels * bytesPerValue;

    private static int AroundFeatures(int bytesPerValue, int classes) =>
        ((InputChannels + (NarrowChannelsOfAClass * classes)) * bytesPerValue) + (FloatChannelsOfAClass * classes * sizeof(float));
}
