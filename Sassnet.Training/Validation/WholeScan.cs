using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Volumes;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Training.Validation;

/// <summary>Leads a network in training over a whole scan: in one pass, or in tiles where memory is too short for that. Training itself only ever needs the memory of crops.</summary>
internal static class WholeScan
{
    // The smallest tiles of a large scan are nearly all overlap, and other ranks wait.
    private const double MostWork = 4;

    /// <summary>Predicts a scan.</summary>
    /// <param name="network">The network.</param>
    /// <param name="filters">Channels of its first level.</param>
    /// <param name="scan">Normalised intensities, X fastest.</param>
    /// <param name="size">Their grid.</param>
    /// <param name="memory">What the processor's memory may be taken of, in bytes; another device says itself when it has no more.</param>
    /// <param name="cancellation">Looked at before each tile.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<PredictedMaps> Predict(FoldedVNet network, int filters, float[] scan, GridSize size, long memory, CancellationToken cancellation = default)
    {
        var tiles = Tiles(size, filters, network.DataType, network.Classes, network.Device.type == DeviceType.CPU ? memory : long.MaxValue);
        while (true)
        {
            try
            {
                return TiledInference.Run(network, scan, tiles, cancellation);
            }
            catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
            {
                if (tiles.Smaller() is not { } smaller)
                    throw;
                tiles = smaller;
            }
        }
    }

    /// <summary>One pass where that fits, else the tiles of least work that fit; where none does, those that need least. None that would make a validation endless.</summary>
    internal static TileGrid Tiles(GridSize size, int filters, ScalarType type, int structures, long memory)
    {
        var bytesPerValue = type == ScalarType.Float32 ? sizeof(float) : sizeof(short);
        return TileGrid.Fitting(size, memory, padded => ActivationMemory.OfOnePass(padded, filters, bytesPerValue, structures), InTiles, MostWork) ?? TileGrid.Least(size, InTiles, MostWork);

        long InTiles(GridSize tile) => ActivationMemory.OfTiles(size, tile, filters, bytesPerValue, structures);
    }
}
