using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>Leads a network over a volume in windows and averages their predictions.</summary>
public static class WindowedInference
{
    /// <summary>Slides a window over a volume, as published: the volume padded to hold it, the mean of the maps over the windows that cover a voxel.</summary>
    /// <param name="network">The network.</param>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="size">Their grid.</param>
    /// <param name="window">The window, multiples of 16.</param>
    /// <param name="stride">Steps between windows.</param>
    /// <param name="batch">Windows computed at once.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <param name="progress">Told after each batch the share of the windows that are done, above 0 to 1, on the calling thread; null for nobody.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<PredictedMaps> Slide(
        FoldedVNet network,
        float[] voxels,
        GridSize size,
        GridSize window,
        GridSize stride,
        int batch,
        CancellationToken cancellation,
        IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(voxels);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var padded = GridPadding.ToHold(size, window);
        var input = NetworkInput.From(voxels, size, padded, network);
        cancellation.ThrowIfCancellationRequested();
        var output = Blend(network, input, new WindowGrid(padded.Size, window, stride), batch, progress, cancellation);
        var maps = PredictedMaps.Unwritten(network.Classes, size);
        PredictedMaps.Write(maps, output, network, size, new Tile(padded, GridBox.Whole(size)));
        return maps;
    }

    /// <summary>Predicts a volume in one pass, padded to multiples of 16.</summary>
    /// <param name="network">The network.</param>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="size">Their grid.</param>
    /// <param name="cancellation">Looked at before the pass.</param>
    /// <param name="progress">Told 1 after the pass; null for nobody.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<PredictedMaps> Whole(
        FoldedVNet network, float[] voxels, GridSize size, CancellationToken cancellation, IProgress<double>? progress = null) =>
        TiledInference.Run(network, voxels, TileGrid.OnePass(size), cancellation, progress);

    private static Tensor Blend(FoldedVNet network, Tensor input, WindowGrid windows, int batch, IProgress<double>? progress, CancellationToken cancellation)
    {
        if (windows.Count == 1)
        {
            using var span = NetworkPass.Begin(0, 1, 1);
            var only = network.Forward(input);
            progress?.Report(1);
            return only;
        }

        var (size, done) = (windows.Size, 0);
        var sums = zeros([size.X, size.Y, size.Z, network.OutputChannels], device: network.Device).permute(3, 0, 1, 2).unsqueeze(0);
        foreach (var origins in windows.Origins.Chunk(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var views = origins.Select(origin => View(input, origin, windows.Window)).ToList();
            using var span = NetworkPass.Begin(done, views.Count, windows.Count);
            var maps = network.Forward(views.Count == 1 ? views[0] : cat(views, 0));
            for (var i = 0; i < origins.Length; i++)
                View(sums, origins[i], windows.Window).add_(maps.narrow(0, i, 1));
            done += origins.Length;
            progress?.Report((double)done / windows.Count);
        }

        for (var axis = 0; axis < 3; axis++)
        {
            long[] shape = [1, 1, 1, 1, 1];
            shape[axis + 2] = -1;
            sums.div_(tensor(windows.Coverage(axis), device: network.Device).reshape(shape));
        }

        return sums;
    }

    private static Tensor View(Tensor tensor, (int X, int Y, int Z) origin, GridSize window) =>
        tensor.narrow(2, origin.X, window.X).narrow(3, origin.Y, window.Y).narrow(4, origin.Z, window.Z);
}
