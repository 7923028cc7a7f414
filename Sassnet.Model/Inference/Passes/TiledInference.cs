using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Timing;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Passes;

/// <summary>Leads a network over a whole volume tile by tile, and keeps of each tile's maps its core; one tile may be as large as the volume.</summary>
public static class TiledInference
{
    private static readonly Mirror[] Unmirrored = [default];

    /// <summary>Predicts a volume with one pass over each tile.</summary>
    /// <param name="network">The network.</param>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="tiles">The tiles of their grid.</param>
    /// <param name="cancellation">Looked at before each pass, and before each slab of one in slabs.</param>
    /// <param name="progress">Told after each pass the share of the tiles that are done, above 0 to 1, on the calling thread; null for nobody.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<PredictedMaps> Run(
        FoldedVNet network, float[] voxels, TileGrid tiles, CancellationToken cancellation, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(tiles);
        using var inference = inference_mode();
        var maps = PredictedMaps.Unwritten(network.Classes, tiles.Volume);
        foreach (var (number, tile) in tiles.Tiles.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var pass = new TilePass(network, voxels, tiles, tile);
            using (NetworkPass.Begin(number, 1, tiles.Count))
                pass.Run(Unmirrored, (start, output) => PredictedMaps.Write(maps, output, network, tiles.Volume, tile, start), cancellation);
            progress?.Report((number + 1.0) / tiles.Count);
        }

        return maps;
    }
}
