using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using TorchSharp;

namespace Sassnet.Api.Tests.Service;

/// <summary>A small package with random weights: what it finds means nothing, but everything around it is real.</summary>
public static class RandomModel
{
    public const string Name = "random";

    private static readonly Lazy<string> Made = new(Make);

    /// <summary>A folder with the package in two versions, for the life of the process.</summary>
    public static string Folder => Made.Value;

    /// <summary>What a version of the package says of itself.</summary>
    public static ModelManifest Manifest(string version) => new()
    {
        Name = Name,
        Version = version,
        Architecture = new Architecture("vnet-sdm", 2),
        Labels = [new Label(1, "left atrium", "82471001")],
        Preprocessing = new PreprocessingSpecification([1.5, 1.5, 1.5], "RAS", Normalisation.ZScore),
        Inference = new InferenceSpecification([32, 32, 16], [8, 8, 8], new Dictionary<string, double>()),
        Training = new TrainingProvenance("none", 0, 0, 0, "random weights", new DateOnly(2026, 1, 1), "none"),
        Sha256 = new string('0', 64),
    };

    private static string Make()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-api-models-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(20);
        using var network = new VNet(filters: 2);
        foreach (var version in (string[])["1.9.0", "1.10.0"])
            ModelPackage.Write(Path.Combine(folder, $"{Name}-{version}"), network, Manifest(version));
        return folder;
    }
}
