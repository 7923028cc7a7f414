using System.Globalization;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Sassnet.GpuProof;

/// <summary>Whether a training step draws the same noise and dropout on the device whenever it is done, and the next step others.</summary>
internal static class SeedPart
{
    private const int Channels = 4096;

    public static ProofPart Draws { get; } = new("seeded-draws", Run);

    private static ProofRow Run(ProofSettings settings)
    {
        var (first, again, next) = (Drawn(settings.Device, 0), Drawn(settings.Device, 0), Drawn(settings.Device, 1));
        return new(
            "seeded-draws",
            string.Create(CultureInfo.InvariantCulture, $"{first:G6}, again {again:G6}, then {next:G6}"),
            "the same again, then another",
            first == again && first != next);
    }

    // The mean of what a step of this number draws.
    private static double Drawn(Device device, int iteration)
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(1, 1).to(device);
        using var optimizer = optim.SGD(network.parameters(), learningRate: 0);
        var (crops, masks) = (zeros([1, Channels, 1, 1, 1], device: device), zeros([1, 1, 1, 1, 1], device: device));
        return new TrainingStep(iteration, Share.Whole, [new CropTensors(crops, masks, masks)], seed: 1337, [network])
            .Optimise(optimizer, (step, _) => new PhaseLosses(dropout3d(randn_like(step.Images)).mean() + (0 * network.weight.sum()))).Total;
    }
}
