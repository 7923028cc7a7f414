using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using TorchSharp;

namespace Sassnet.Benchmarks.Inference;

/// <summary>A package of the paper's size that applies the network as published, at the scan's own spacing. Its weights are random: their values cost no time.</summary>
internal static class BenchmarkPackage
{
    private const int Filters = 16;

    /// <summary>Writes it to a folder.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="spacingMm">The scan's voxel size, so that nothing is resampled.</param>
    public static ModelPackage Write(string folder, double spacingMm)
    {
        torch.random.manual_seed(1);
        using var network = new VNet(Filters);
        return ModelPackage.Write(folder, network, new ModelManifest
        {
            Name = "benchmark",
            Version = "0.0.0",
            Architecture = new Architecture("vnet-sdm", Filters),
            Labels = [new Label(1, "left atrium", null)],
            Preprocessing = new PreprocessingSpecification([spacingMm, spacingMm, spacingMm], "RAS", Normalisation.ZScore),
            Inference = new InferenceSpecification([112, 112, 80], [18, 18, 4], new Dictionary<string, double>()),
            Training = new TrainingProvenance("none", 0, 0, 0, "random weights", new DateOnly(2025, 1, 1), "none"),
            Sha256 = string.Empty,
        });
    }
}
