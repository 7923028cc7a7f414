using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Timing;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Passes;

/// <summary>
/// Four opinions of one network: of the volume as it is, mirrored in X, in Y and in both, each brought back, and their mean. Networks here learn from mirrored
/// crops, so that each opinion is a good one and their errors differ; not those of labels that differ in their side alone, which it confuses.
/// </summary>
public static class MirroredInference
{
    /// <summary>How many passes it takes.</summary>
    public const int Passes = 4;

    private static readonly Mirror[] Mirrors = [new(X: false, Y: false), new(X: true, Y: false), new(X: false, Y: true), new(X: true, Y: true)];

    /// <summary>Predicts a volume, padded to multiples of 16, in one pass for each mirror image.</summary>
    /// <inheritdoc cref="Mean(FoldedVNet, float[], TileGrid, int, CancellationToken, IProgress{double})"/>
    public static IReadOnlyList<PredictedMaps> Mean(
        FoldedVNet network, float[] voxels, GridSize size, int batch, CancellationToken cancellation, IProgress<double>? progress = null) =>
        Mean(network, voxels, TileGrid.OnePass(size), batch, cancellation, progress);

    /// <summary>Predicts a volume tile by tile, each in all its mirror images.</summary>
    /// <param name="network">The network.</param>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="tiles">The tiles of their grid.</param>
    /// <param name="batch">Passes computed at once.</param>
    /// <param name="cancellation">Looked at before each batch, and before each slab of passes in slabs.</param>
    /// <param name="progress">Told after each batch the share of the passes that are done, above 0 to 1; null for nobody.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<PredictedMaps> Mean(
        FoldedVNet network, float[] voxels, TileGrid tiles, int batch, CancellationToken cancellation, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(tiles);
        using var inference = inference_mode();
        var (done, all) = (0, Passes * tiles.Count);
        var maps = PredictedMaps.Unwritten(network.Classes, tiles.Volume);
        foreach (var tile in tiles.Tiles)
        {
            using var scope = NewDisposeScope();
            using var pass = new TilePass(network, voxels, tiles, tile);
            var (x, y, z) = (tile.Box.Size.X, tile.Box.Size.Y, tile.Box.Size.Z);
            var sums = zeros([x, y, z, network.OutputChannels], device: network.Device).permute(3, 0, 1, 2).unsqueeze(0);
            foreach (var mirrors in Mirrors.Chunk(batch))
            {
                using (NetworkPass.Begin(done, mirrors.Length, all))
                    pass.Run(mirrors, (start, output) => sums.narrow(2, start, output.shape[2]).add_(output), cancellation);
                done += mirrors.Length;
                progress?.Report((double)done / all);
            }

            PredictedMaps.Write(maps, sums.div_(Passes), network, tiles.Volume, tile);
        }

        return maps;
    }
}
