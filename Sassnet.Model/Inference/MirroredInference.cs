using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>
/// Four opinions of one network: of the volume as it is, mirrored in X, in Y and in both, each brought back, and their mean. Networks here learn from mirrored
/// crops, so that each opinion is a good one and their errors differ.
/// </summary>
public static class MirroredInference
{
    /// <summary>How many passes it takes.</summary>
    public const int Passes = 4;

    // Of tensors (N, C, X, Y, Z).
    private static readonly long[][] Mirrors = [[], [2], [3], [2, 3]];

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
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <param name="progress">Told after each batch the share of the passes that are done, above 0 to 1; null for nobody.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<PredictedMaps> Mean(
        FoldedVNet network, float[] voxels, TileGrid tiles, int batch, CancellationToken cancellation, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        var (done, all) = (0, Passes * tiles.Count);
        return TiledInference.Lead(network, voxels, tiles, (input, _) =>
        {
            var (x, y, z) = (input.shape[2], input.shape[3], input.shape[4]);
            var sums = zeros([x, y, z, network.OutputChannels], device: network.Device).permute(3, 0, 1, 2).unsqueeze(0);
            foreach (var mirrors in Mirrors.Chunk(batch))
            {
                cancellation.ThrowIfCancellationRequested();
                using var inner = NewDisposeScope();
                var mirrored = mirrors.Select(axes => Mirrored(input, axes)).ToList();
                var maps = NetworkPass.Forward(network, mirrored.Count == 1 ? mirrored[0] : cat(mirrored, 0), tiles.InSlabs, done, all);
                for (var i = 0; i < mirrors.Length; i++)
                    sums.add_(Mirrored(maps.narrow(0, i, 1), mirrors[i]));
                done += mirrors.Length;
                progress?.Report((double)done / all);
            }

            return sums.div_(Passes);
        });
    }

    private static Tensor Mirrored(Tensor tensor, long[] axes) => axes.Length == 0 ? tensor : tensor.flip(axes);
}
