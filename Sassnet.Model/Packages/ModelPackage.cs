using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Sassnet.Model.Files;
using Sassnet.Model.Networks;
using Semver;
using static TorchSharp.torch;

namespace Sassnet.Model.Packages;

/// <summary>A trained model on disk: a folder with <c>model.json</c> and <c>model.safetensors</c>. Weights are data, never code.</summary>
public sealed class ModelPackage
{
    /// <summary>The file of the manifest.</summary>
    public const string ManifestFile = "model.json";

    /// <summary>The file of the weights; of the first member's where there are several.</summary>
    public const string WeightsFile = "model.safetensors";

    private ModelPackage(string folder, ModelManifest manifest)
    {
        Folder = folder;
        Manifest = manifest;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What the package says of itself.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>How many networks it has, whose maps are averaged.</summary>
    public int Members => Manifest.MemberCount;

    /// <summary>Name and version as one identifier, <c>name@version</c>.</summary>
    public string Identifier => $"{Manifest.Name}@{Manifest.Version}";

    /// <summary>The manifest's version; ordered by <see cref="SemVersion.SortOrderComparer"/>, a newer one comes after an older one.</summary>
    public SemVersion Version => SemVersion.Parse(Manifest.Version, ManifestRules.VersionForm);

    /// <summary>The manifest as <see cref="ManifestFile"/> has it, with the weights' digest: all of the package that its answers depend on.</summary>
    public string ManifestText => Text(Manifest);

    /// <summary>Opens a package: the manifest is read strictly and the weights' SHA-256 compared with it.</summary>
    /// <exception cref="InvalidPackageException">A file is missing, the manifest is wrong, or the weights are not those it was written for.</exception>
    public static ModelPackage Open(string folder)
    {
        var manifest = ReadManifest(Path.Combine(folder, ManifestFile));
        ManifestRules.Check(manifest);
        RequireWeights(folder, manifest);
        return new ModelPackage(folder, manifest);
    }

    /// <summary>Writes a package: the weights first, the manifest, with their digest, last, so that a folder with a manifest is complete.</summary>
    /// <param name="folder">Made if it is missing; an older package in it is replaced.</param>
    /// <param name="network">The trained network.</param>
    /// <param name="manifest">What to say of it; <see cref="ModelManifest.Sha256"/> is filled in.</param>
    /// <param name="type">Float32, or Float16 for half the size.</param>
    /// <exception cref="InvalidPackageException">The manifest breaks a rule.</exception>
    public static ModelPackage Write(string folder, VNet network, ModelManifest manifest, ScalarType type = ScalarType.Float16) =>
        Write(folder, [network], manifest, type);

    /// <summary>Writes a package of several networks, whose maps are to be averaged.</summary>
    /// <param name="folder">Made if it is missing; an older package in it is replaced.</param>
    /// <param name="members">The trained networks, all of the manifest's architecture.</param>
    /// <param name="manifest">What to say of it; <see cref="ModelManifest.Sha256"/> and <see cref="ModelManifest.Members"/> are filled in.</param>
    /// <param name="type">Float32, or Float16 for half the size.</param>
    /// <exception cref="InvalidPackageException">The manifest breaks a rule.</exception>
    public static ModelPackage Write(string folder, IReadOnlyList<VNet> members, ModelManifest manifest, ScalarType type = ScalarType.Float16)
    {
        ArgumentNullException.ThrowIfNull(members);
        manifest = manifest with { Members = members.Count == 1 ? null : members.Count };
        ManifestRules.Check(manifest with { Sha256 = new string('0', 64) });
        Directory.CreateDirectory(folder);
        for (var member = 0; member < members.Count; member++)
            NetworkWeights.Save(members[member], WeightsOf(folder, member), type);
        for (var member = members.Count; File.Exists(WeightsOf(folder, member)); member++)
            File.Delete(WeightsOf(folder, member));
        return WriteManifest(folder, manifest with { Sha256 = Digest(folder, members.Count) });
    }

    /// <summary>The name of a member's weights.</summary>
    /// <param name="member">Counted from 0.</param>
    public static string WeightsFileOf(int member) => member == 0 ? WeightsFile : string.Create(CultureInfo.InvariantCulture, $"model-{member + 1}.safetensors");

    /// <summary>Replaces the manifest, for a package whose figures were measured after it was made.</summary>
    /// <exception cref="InvalidPackageException">The manifest breaks a rule.</exception>
    public ModelPackage With(ModelManifest manifest) => WriteManifest(Folder, manifest with { Sha256 = Manifest.Sha256 });

    /// <summary>Builds the network with the package's weights, in float32 on the CPU, ready for evaluation; the caller disposes it.</summary>
    /// <param name="member">Which one of several, counted from 0.</param>
    /// <exception cref="InvalidPackageException">The weights do not fit the architecture.</exception>
    public VNet LoadNetwork(int member = 0)
    {
        var network = new VNet(Manifest.Architecture.Filters, classes: Manifest.Labels.Count);
        try
        {
            LoadInto(network, member);
        }
        catch
        {
            network.Dispose();
            throw;
        }

        network.eval();
        return network;
    }

    /// <summary>Copies the package's weights into a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="member">Which one's of several, counted from 0.</param>
    /// <exception cref="InvalidPackageException">The network is another than the package's.</exception>
    public void LoadInto(VNet network, int member = 0)
    {
        using var file = SafetensorsFile.Open(WeightsOf(Folder, member));
        NetworkWeights.Load(network, file);
    }

    /// <summary>How many numbers the weights are, of all members.</summary>
    /// <exception cref="InvalidPackageException">The weights' file has no valid header.</exception>
    public long CountWeights() => Enumerable.Range(0, Members).Sum(member =>
    {
        using var file = SafetensorsFile.Open(WeightsOf(Folder, member));
        return file.Entries.Values.Sum(entry => entry.Shape.Aggregate(1L, (count, side) => count * side));
    });

    /// <summary>Throws where the weights are no longer those that the package was opened with: what is read between two such checks was of it.</summary>
    /// <exception cref="InvalidPackageException">The file is missing or another.</exception>
    public void RequireWeights() => RequireWeights(Folder, Manifest);

    /// <summary>Copies the package to another folder: the weights first, the manifest last.</summary>
    /// <param name="folder">Made if it is missing.</param>
    public ModelPackage CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        for (var member = 0; member < Members; member++)
        {
            using var original = File.OpenRead(WeightsOf(Folder, member));
            AtomicFile.Write(WeightsOf(folder, member), original.CopyTo);
        }

        return WriteManifest(folder, Manifest);
    }

    /// <summary>Whether another package's manifest says the same to the byte.</summary>
    public bool HasManifestOf(ModelPackage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ManifestText == other.ManifestText;
    }

    private static void RequireWeights(string folder, ModelManifest manifest)
    {
        var members = manifest.MemberCount;
        var digest = Digest(folder, members);
        if (digest != manifest.Sha256)
            throw new InvalidPackageException($"{(members == 1 ? WeightsFile : $"{WeightsFile} to {WeightsFileOf(members - 1)} together")} has SHA-256 {digest}; {ManifestFile} was written for {manifest.Sha256}.");
    }

    private static ModelPackage WriteManifest(string folder, ModelManifest manifest)
    {
        ManifestRules.Check(manifest);
        var path = Path.Combine(folder, ManifestFile);
        AtomicFile.WriteText(path, Text(manifest));
        return new ModelPackage(folder, manifest);
    }

    private static string Text(ModelManifest manifest) => JsonSerializer.Serialize(manifest, ManifestJson.Default.ModelManifest) + "\n";

    private static ModelManifest ReadManifest(string path)
    {
        try
        {
            using var file = File.OpenRead(Existing(path));
            return JsonSerializer.Deserialize(file, ManifestJson.Default.ModelManifest)
                ?? throw new InvalidPackageException($"{ManifestFile} is null; a JSON object is accepted.");
        }
        catch (JsonException failure)
        {
            throw new InvalidPackageException($"{ManifestFile} is not a manifest: {failure.Message}", failure);
        }
    }

    private static string Existing(string path) => File.Exists(path)
        ? path
        : throw new InvalidPackageException($"The package lacks {Path.GetFileName(path)}; a package is a folder with {ManifestFile} and {WeightsFile}.");

    private static string WeightsOf(string folder, int member) => Path.Combine(folder, WeightsFileOf(member));

    private static string Digest(string folder, int members)
    {
        var digests = Enumerable.Range(0, members).Select(member => Digest(Existing(WeightsOf(folder, member)))).ToList();
        return Convert.ToHexStringLower(digests is [var only] ? only : SHA256.HashData([.. digests.SelectMany(digest => digest)]));
    }

    private static byte[] Digest(string path)
    {
        using var file = File.OpenRead(path);
        return SHA256.HashData(file);
    }
}
