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

    /// <summary>Predicts a volume, padded to multiples of 16.</summary>
    /// <param name="network">The network.</param>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="size">Their grid.</param>
    /// <param name="batch">Passes computed at once.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <param name="progress">Told after each batch the share of the passes that are done, above 0 to 1; null for nobody.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<PredictedMaps> Mean(
        FoldedVNet network, float[] voxels, GridSize size, int batch, CancellationToken cancellation, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(voxels);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var (padded, done) = (GridPadding.ToMultiples(size), 0);
        var input = NetworkInput.From(voxels, size, padded, network);
        var sums = zeros([padded.Size.X, padded.Size.Y, padded.Size.Z, network.OutputChannels], device: network.Device).permute(3, 0, 1, 2).unsqueeze(0);
        foreach (var mirrors in Mirrors.Chunk(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var mirrored = mirrors.Select(axes => Mirrored(input, axes)).ToList();
            var maps = network.Forward(mirrored.Count == 1 ? mirrored[0] : cat(mirrored, 0));
            for (var i = 0; i < mirrors.Length; i++)
                sums.add_(Mirrored(maps.narrow(0, i, 1), mirrors[i]));
            done += mirrors.Length;
            progress?.Report((double)done / Passes);
        }

        return PredictedMaps.From(sums.div_(Passes), network, size, padded);
    }

    private static Tensor Mirrored(Tensor tensor, long[] axes) => axes.Length == 0 ? tensor : tensor.flip(axes);
}
