using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Tests;

/// <summary>The V-Net against the reference's outputs.</summary>
internal static class GoldenNetwork
{
    private const double Tolerance = 1e-4;

    /// <summary>Applies the recorded weights to the recorded input.</summary>
    /// <param name="path">The recording.</param>
    /// <param name="filters">Channels of the network's first level.</param>
    /// <param name="device">Where to compute.</param>
    public static IReadOnlyList<GoldenDeviation> Deviations(string path, int filters, Device device)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        using var network = new VNet(filters);
        NetworkWeights.Load(network, file, "weights.");
        network.to(device);
        network.eval();
        using var gradients = no_grad();
        var (sdm, logits) = network.forward(file.Read("input").to(device));
        return [Of("sdm", sdm), Of("logits", logits)];

        GoldenDeviation Of(string name, Tensor seen) => new(
            name,
            seen.shape.SequenceEqual(file.Entries[name].Shape) ? (seen.cpu() - file.Read(name)).abs().max().item<float>() : double.PositiveInfinity,
            Tolerance);
    }
}
