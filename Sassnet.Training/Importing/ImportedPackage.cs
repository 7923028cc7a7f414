using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using static TorchSharp.torch;

namespace Sassnet.Training.Importing;

/// <summary>Makes a model package of a checkpoint that was trained elsewhere.</summary>
internal static class ImportedPackage
{
    /// <summary>What a package must say and no state dict does.</summary>
    public static IReadOnlyList<string> RequiredKeys { get; } =
    [
        "name", "version", "label.name", "label.snomedCode", "preprocessing.spacingMm", "preprocessing.orientation", "preprocessing.normalisation", "data.description",
    ];

    /// <summary>Writes the package, with the weights as they are, in float32.</summary>
    /// <param name="checkpoint">What <c>torch.save</c> wrote.</param>
    /// <param name="key">Under which key of it the state dict lies; null where there is one only.</param>
    /// <param name="options">What to say of it: name, label, card, preprocessing, windows, data.</param>
    /// <param name="training">How it was trained, as far as is known.</param>
    /// <param name="folder">The package's folder.</param>
    /// <exception cref="InvalidPackageException">The file is none, or not of this network.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static ModelPackage Write(FileInfo checkpoint, string? key, TrainingOptions options, TrainingProvenance training, string folder)
    {
        using var network = ImportedNetwork.Of(StateDict.Find(PyTorchFile.Read(checkpoint.FullName), key));
        var manifest = new ModelManifest
        {
            Name = options.Name,
            Version = options.Version,
            Architecture = new Architecture("vnet-sdm", network.Filters),
            Labels = PackageLabels.Of(options.Structures),
            Preprocessing = options.Preprocessing.ToSpecification(),
            Card = options.Card.ToCard(),
            Inference = new InferenceSpecification(options.Window.Patch, options.Window.Stride, new Dictionary<string, double>()),
            Training = training,
            Sha256 = "",
        };
        return ModelPackage.Write(folder, network, manifest, ScalarType.Float32);
    }
}
