using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>Leads a network over a volume in windows and averages their predictions; one window may be as large as the volume.</summary>
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
        var padded = GridPadding.ToHold(size, window);
        return Run(network, voxels, size, padded, new WindowGrid(padded.Size, window, stride), batch, progress, cancellation);
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
        FoldedVNet network, float[] voxels, GridSize size, CancellationToken cancellation, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(voxels);
        var padded = GridPadding.ToMultiples(size);
        return Run(network, voxels, size, padded, new WindowGrid(padded.Size, padded.Size, padded.Size), 1, progress, cancellation);
    }

    private static IReadOnlyList<PredictedMaps> Run(
        FoldedVNet network, float[] voxels, GridSize size, GridBox padded, WindowGrid windows, int batch, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var input = NetworkInput.From(voxels, size, padded, network);
        cancellation.ThrowIfCancellationRequested();
        var output = windows.Count == 1 ? Forward(network, input, 0, 1, 1) : Blend(network, input, windows, batch, progress, cancellation);
        if (windows.Count == 1)
            progress?.Report(1);
        return PredictedMaps.From(output, network, size, padded);
    }

    private static Tensor Blend(FoldedVNet network, Tensor input, WindowGrid windows, int batch, IProgress<double>? progress, CancellationToken cancellation)
    {
        var (size, done) = (windows.Size, 0);
        var sums = zeros([size.X, size.Y, size.Z, network.OutputChannels], device: network.Device).permute(3, 0, 1, 2).unsqueeze(0);
        foreach (var origins in windows.Origins.Chunk(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var views = origins.Select(origin => View(input, origin, windows.Window)).ToList();
            var maps = Forward(network, views.Count == 1 ? views[0] : cat(views, 0), done, origins.Length, windows.Count);
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

    // On a CUDA device the span is the time of handing the work over; the last one, or the stage around it, waits for the results.
    private static Tensor Forward(FoldedVNet network, Tensor views, int first, int count, long all)
    {
        using var span = StageClock.Source.StartActivity("windows");
        span?.SetTag("sassnet.window.first", first).SetTag("sassnet.window.count", count).SetTag("sassnet.window.all", all);
        return network.Forward(views);
    }

    private static Tensor View(Tensor tensor, (int X, int Y, int Z) origin, GridSize window) =>
        tensor.narrow(2, origin.X, window.X).narrow(3, origin.Y, window.Y).narrow(4, origin.Z, window.Z);
}
