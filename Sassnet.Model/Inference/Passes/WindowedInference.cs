using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Timing;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Passes;

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
        var windows = new WindowGrid(padded.Size, window, stride);

        // A volume may be far smaller than what is padded to hold a window: where there are several, no more than one window is ever there padded.
        var box = windows.Count == 1 ? padded : GridBox.Whole(size);
        var input = NetworkInput.From(voxels, size, box, network);
        cancellation.ThrowIfCancellationRequested();
        var output = windows.Count == 1 ? Once(network, input, progress) : Blend(network, input, size, padded, windows, batch, progress, cancellation);
        var maps = PredictedMaps.Unwritten(network.Classes, size);
        PredictedMaps.Write(maps, output, network, size, new Tile(box, GridBox.Whole(size)));
        return maps;
    }

    private static Tensor Once(FoldedVNet network, Tensor input, IProgress<double>? progress)
    {
        using var span = NetworkPass.Begin(0, 1, 1);
        var output = network.Forward(input);
        progress?.Report(1);
        return output;
    }

    private static Tensor Blend(
        FoldedVNet network, Tensor input, GridSize size, GridBox padded, WindowGrid windows, int batch, IProgress<double>? progress, CancellationToken cancellation)
    {
        var done = 0;
        var sums = zeros([size.X, size.Y, size.Z, network.OutputChannels], device: network.Device).permute(3, 0, 1, 2).unsqueeze(0);
        foreach (var boxes in windows.Origins.Select(Box).Chunk(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var parts = boxes.Select(box => NetworkInput.Part(input, size, box)).ToList();
            using var span = NetworkPass.Begin(done, parts.Count, windows.Count);
            var maps = network.Forward(parts.Count == 1 ? parts[0] : cat(parts, 0));
            for (var i = 0; i < boxes.Length; i++)
            {
                var seen = boxes[i].Intersect(size);
                VoxelTensor.In(seen, sums).add_(VoxelTensor.In(seen.In(boxes[i]), maps.narrow(0, i, 1)));
            }

            done += boxes.Length;
            progress?.Report((double)done / windows.Count);
        }

        Divide(0, padded.Start.X);
        Divide(1, padded.Start.Y);
        Divide(2, padded.Start.Z);
        return sums;

        GridBox Box((int X, int Y, int Z) origin) => new((padded.Start.X + origin.X, padded.Start.Y + origin.Y, padded.Start.Z + origin.Z), windows.Window);

        void Divide(int axis, int start)
        {
            long[] shape = [1, 1, 1, 1, 1];
            shape[axis + 2] = -1;
            sums.div_(tensor(windows.Coverage(axis).AsSpan(-start, size[axis]).ToArray(), device: network.Device).reshape(shape));
        }
    }
}
