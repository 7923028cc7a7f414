using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>Leads a network over a whole volume tile by tile, and keeps of each tile's maps its core; one tile may be as large as the volume.</summary>
public static class TiledInference
{
    /// <summary>Predicts a volume with one pass over each tile.</summary>
    /// <param name="network">The network.</param>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="tiles">The tiles of their grid.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <param name="progress">Told after each pass the share of the tiles that are done, above 0 to 1, on the calling thread; null for nobody.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<PredictedMaps> Run(
        FoldedVNet network, float[] voxels, TileGrid tiles, CancellationToken cancellation, IProgress<double>? progress = null) => Lead(
        network,
        voxels,
        tiles,
        (input, tile) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var output = NetworkPass.Forward(network, input, tiles.InSlabs, tile, tiles.Count);
            progress?.Report((tile + 1.0) / tiles.Count);
            return output;
        });

    /// <summary>Shows the tiles one after the other to what predicts them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="tiles">The tiles of their grid.</param>
    /// <param name="predict">Makes an output of the network's form from a tile's input and its number.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    internal static IReadOnlyList<PredictedMaps> Lead(FoldedVNet network, float[] voxels, TileGrid tiles, Func<Tensor, int, Tensor> predict)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(tiles);
        using var inference = inference_mode();
        var maps = PredictedMaps.Unwritten(network.Classes, tiles.Volume);
        foreach (var (number, tile) in tiles.Tiles.Index())
        {
            using var scope = NewDisposeScope();
            var output = predict(NetworkInput.From(voxels, tiles.Volume, tile.Box, network), number);
            PredictedMaps.Write(maps, output, network, tiles.Volume, tile);
        }

        return maps;
    }
}
