using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference;

/// <summary>A model package in a temporary folder, with weights a test gives it.</summary>
internal sealed class TemporaryPackage : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-package-");

    public TemporaryPackage(VNet network, InferenceSpecification inference, PreprocessingSpecification? preprocessing = null, params IReadOnlyList<byte> labels) =>
        Package = ModelPackage.Write(_folder.FullName, network, Manifest(network.Filters, inference, preprocessing, labels is [] ? [1] : labels), ScalarType.Float32);

    public ModelPackage Package { get; }

    /// <summary>A package of random weights with the same behaviour every time: BatchNorms as after training on unit-variance features.</summary>
    public static TemporaryPackage Random(
        int filters = 2,
        IReadOnlyList<int>? patch = null,
        IReadOnlyDictionary<string, double>? validationDice = null,
        PreprocessingSpecification? preprocessing = null,
        byte label = 1)
    {
        using var network = RandomNetwork(filters);
        patch ??= [32, 32, 16];
        return new TemporaryPackage(
            network, new InferenceSpecification(patch, [.. patch.Select(side => side / 2)], validationDice ?? new Dictionary<string, double>()), preprocessing, label);
    }

    /// <summary>The same of several labels.</summary>
    public static TemporaryPackage RandomOf(params IReadOnlyList<byte> labels)
    {
        manual_seed(20);
        using var network = new VNet(2, classes: labels.Count);
        return new TemporaryPackage(network, new InferenceSpecification([32, 32, 16], [16, 16, 8], new Dictionary<string, double>()), null, labels);
    }

    public static VNet RandomNetwork(int filters)
    {
        manual_seed(20);
        return new VNet(filters);
    }

    public Segmenter Load(SegmenterOptions? options = null) =>
        Segmenter.Load(Package, options ?? new SegmenterOptions { Device = "cpu", Precision = Precision.Float32 }, NullLogger.Instance);

    public void Dispose() => _folder.Delete(recursive: true);

    private static ModelManifest Manifest(int filters, InferenceSpecification inference, PreprocessingSpecification? preprocessing, IReadOnlyList<byte> labels) => new()
    {
        Name = "test",
        Version = "1.0.0",
        Architecture = new Architecture("vnet-sdm", filters, labels.Count > 1 ? labels.Count : null),
        Labels = labels is [var label] ? [new Label(label, "test", null)] : [.. labels.Select(value => new Label(value, $"test {value}", null, $"#0000{value:x2}"))],
        Preprocessing = preprocessing ?? new PreprocessingSpecification([1, 1, 1], "RAS", Normalisation.ZScore),
        Inference = inference,
        Training = new TrainingProvenance("none", 0, 0, 0, "random weights", new DateOnly(2026, 1, 1), "0000000"),
        Sha256 = "",
    };
}
