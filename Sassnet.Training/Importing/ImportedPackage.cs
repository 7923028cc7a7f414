using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using static TorchSharp.torch;

namespace Sassnet.Training.Importing;

/// <summary>Makes a model package of a checkpoint that was trained elsewhere.</summary>
internal static class ImportedPackage
{
    /// <summary>What a package must say and no state dict does; several structures have their names and values in their list, or are refused.</summary>
    /// <param name="options">What is said.</param>
    public static IReadOnlyList<string> RequiredKeys(TrainingOptions options) =>
    [
        "name", "version", .. options.Labels.Length > 0 ? [] : (string[])["label.name", "label.snomedCode"],
        "preprocessing.spacingMm", "preprocessing.orientation", "preprocessing.normalisation", "data.description",
    ];

    /// <summary>Writes the package, with the weights as they are, in float32.</summary>
    /// <param name="checkpoint">What <c>torch.save</c> wrote.</param>
    /// <param name="key">Under which key of it the state dict lies; null where there is one only.</param>
    /// <param name="options">What to say of it: name, label, card, preprocessing, windows, data.</param>
    /// <param name="training">How it was trained, as far as is known.</param>
    /// <param name="folder">The package's folder.</param>
    /// <exception cref="InvalidPackageException">The file is none, or not of this network.</exception>
    /// <exception cref="InvalidConfigurationException">The network tells more structures than labels are given, or fewer.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static ModelPackage Write(FileInfo checkpoint, string? key, TrainingOptions options, TrainingProvenance training, string folder)
    {
        using var network = ImportedNetwork.Of(StateDict.Find(PyTorchFile.Read(checkpoint.FullName), key));
        if (network.Classes != options.Structures.Count)
            throw new InvalidConfigurationException($"{(options.Labels.Length > 0 ? "'labels' has" : "'label' is")} {Structures(options.Structures.Count)}, and the heads of the state dict have {Channels(network.Classes)}; accepted: a label for each channel, in their order{(network.Classes > 1 ? ", in 'labels', which takes the place of 'label'" : "")}.");
        var manifest = new ModelManifest
        {
            Name = options.Name,
            Version = options.Version,
            Architecture = new Architecture("vnet-sdm", network.Filters, network.Classes > 1 ? network.Classes : null),
            Labels = PackageLabels.Of(options.Structures),
            Preprocessing = options.Preprocessing.ToSpecification(),
            Card = options.Card.ToCard(),
            Inference = new InferenceSpecification(options.Window.Patch, options.Window.Stride, new Dictionary<string, double>()),
            Training = training,
            Sha256 = "",
        };
        return ModelPackage.Write(folder, network, manifest, ScalarType.Float32);
    }
    private static string Structures(int count) => count == 1 ? "one structure" : $"{count} structures";

    private static string Channels(int count) => count == 1 ? "one channel" : $"{count} channels";
}
