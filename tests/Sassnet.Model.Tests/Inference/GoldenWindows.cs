using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Tests;

/// <summary>The sliding window, against the reference's averages and against the network applied to one window after the other.</summary>
internal static class GoldenWindows
{
    /// <summary>The published window.</summary>
    public static readonly GridSize Patch = new(112, 112, 80);

    private static readonly GridSize Stride = new(18, 18, 4);

    /// <summary>Slides over the recorded image; what is wanted are the recorded averages.</summary>
    /// <param name="path">The recording.</param>
    /// <param name="type">The number format.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="batch">Windows computed at once.</param>
    /// <param name="tolerance">The largest difference of a probability that is accepted.</param>
    /// <param name="differentLabels">The largest share of voxels with another label that is accepted.</param>
    public static IReadOnlyList<GoldenDeviation> Recorded(string path, ScalarType type, Device device, int batch, double tolerance, double differentLabels)
    {
        using var file = SafetensorsFile.Open(path);
        using var network = Network(file, filters: 4);
        using var folded = new FoldedVNet(network, type, device);
        var size = new GridSize(150, 118, 88);
        var voxels = AxisOrder.FromZFastest<float>(Array.ConvertAll(file.ReadArray<sbyte>("image_i8"), value => value / 32f), size);
        var maps = WindowedInference.Slide(folded, voxels, size, Patch, Stride, batch, CancellationToken.None);
        var probability = Array.ConvertAll(AxisOrder.FromZFastest<Half>(file.ReadArray<Half>("probability"), size), value => (float)value);
        return Compare(maps[0].Probability, probability, AxisOrder.FromZFastest<byte>(file.ReadArray<byte>("label"), size), tolerance, differentLabels);
    }

    /// <summary>Slides over a volume of a formula; what is wanted is the mean of the network's own outputs for each window, on the processor.</summary>
    /// <param name="weights">A recording of the network, whose weights are taken.</param>
    /// <param name="window">The window's size.</param>
    /// <param name="device">Where to compute.</param>
    public static IReadOnlyList<GoldenDeviation> Applied(string weights, GridSize window, Device device)
    {
        using var file = SafetensorsFile.Open(weights);
        using var network = Network(file, filters: 2);
        using var folded = new FoldedVNet(network, ScalarType.Float32, device);
        var size = new GridSize(window.X + 27, window.Y + 5, window.Z + 9);
        var voxels = GoldenVolume.Of(0, size).Image;
        var maps = WindowedInference.Slide(folded, voxels, size, window, Stride, 1, CancellationToken.None);
        var expected = OneByOne(network, voxels, new WindowGrid(size, window, Stride));
        return Compare(maps[0].Probability, expected, Array.ConvertAll(expected, value => (byte)(value > 0.5f ? 1 : 0)), 1e-4, 1e-4);
    }

    private static float[] OneByOne(VNet network, float[] voxels, WindowGrid windows)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        network.eval();
        var size = windows.Size;
        var image = tensor(voxels, [1, 1, size.Z, size.Y, size.X]).permute(0, 1, 4, 3, 2).contiguous();
        var (sums, counts) = (zeros_like(image), zeros_like(image));
        foreach (var (x, y, z) in windows.Origins)
        {
            using var step = NewDisposeScope();
            var (_, logits) = network.forward(Part(image).contiguous());
            Part(sums).add_(logits.sigmoid());
            Part(counts).add_(1);

            Tensor Part(Tensor whole) => whole.narrow(2, x, windows.Window.X).narrow(3, y, windows.Window.Y).narrow(4, z, windows.Window.Z);
        }

        return sums.div_(counts).permute(0, 1, 4, 3, 2).contiguous().data<float>().ToArray();
    }

    private static VNet Network(SafetensorsFile file, int filters)
    {
        var network = new VNet(filters);
        NetworkWeights.Load(network, file, "weights.");
        return network;
    }

    private static GoldenDeviation[] Compare(float[] seen, float[] expected, byte[] labels, double tolerance, double differentLabels) =>
    [
        new("probability", seen.Zip(expected, (value, wanted) => Math.Abs(value - (double)wanted)).Max(), tolerance),
        new("share of other labels", seen.Zip(labels, (value, label) => (value > 0.5f) == (label == 1) ? 0.0 : 1).Average(), differentLabels),
    ];
}
