using System.Globalization;
using Sassnet.Tests;

namespace Sassnet.GpuProof;

/// <summary>Results on the device against those recorded from the reference implementation, at the tolerances of the tests.</summary>
internal static class GoldenParts
{
    private static readonly string Portable = Path.Combine(AppContext.BaseDirectory, "golden");

    /// <summary>The network, the sliding window and two training steps; the same on scans where their recordings are at hand.</summary>
    public static IEnumerable<ProofPart> For(ProofSettings settings)
    {
        yield return Part("golden-network", _ => GoldenNetwork.Deviations(Path.Combine(Portable, "vnet_sdm.safetensors"), 2, settings.Device));
        yield return Part("golden-window", _ => GoldenWindows.Applied(Path.Combine(Portable, "vnet_sdm.safetensors"), settings.IsQuick ? new(48, 48, 32) : GoldenWindows.Patch, settings.Device));
        yield return Part("golden-iterations", _ => GoldenIterations.OnFormula(Path.Combine(Portable, "train_step"), settings.Device));
        if (settings.Recorded is not { } recorded)
            yield break;
        yield return Part("golden-network-scan", _ => GoldenNetwork.Deviations(Path.Combine(recorded, "vnet_sdm.safetensors"), 4, settings.Device));
        yield return Part("golden-window-scan", _ => GoldenWindows.Recorded(
            Path.Combine(recorded, "sliding_window.safetensors"), TorchSharp.torch.ScalarType.Float32, settings.Device, 1, 2e-3, 1e-4));
        yield return Part("golden-iterations-scan", _ => GoldenIterations.OnScans(Path.Combine(recorded, "train_step"), settings.Device));
    }

    private static ProofPart Part(string name, Func<ProofSettings, IReadOnlyList<GoldenDeviation>> run) => new(name, settings => Row(name, run(settings)));

    // The one that comes closest to its tolerance, or exceeds it most.
    private static ProofRow Row(string name, IReadOnlyList<GoldenDeviation> deviations)
    {
        var worst = deviations.MaxBy(deviation => double.IsNaN(deviation.Seen) ? double.PositiveInfinity : deviation.Seen / deviation.Tolerance)!;
        return new(
            $"{name}, {deviations.Count} values",
            string.Create(CultureInfo.InvariantCulture, $"{worst.Seen:0.0E+0} ({worst.Name})"),
            string.Create(CultureInfo.InvariantCulture, $"≤ {worst.Tolerance:0E+0}"),
            deviations.All(deviation => deviation.IsWithin));
    }
}
