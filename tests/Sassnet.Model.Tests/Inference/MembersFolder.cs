using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference;

/// <summary>A package of several members with random weights, and a package of each alone.</summary>
internal sealed class MembersFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-members-");

    public MembersFolder(int members)
    {
        using var described = TemporaryPackage.Random();
        var manifest = described.Package.Manifest;
        var networks = Enumerable.Range(0, members).Select(member =>
        {
            manual_seed(20 + member);
            return new VNet(manifest.Architecture.Filters);
        }).ToList();
        Package = ModelPackage.Write(PathOf("together"), networks, manifest, ScalarType.Float32);
        Alone = [.. networks.Select((network, member) => ModelPackage.Write(PathOf($"alone-{member}"), network, manifest, ScalarType.Float32))];
        networks.ForEach(network => network.Dispose());
    }

    public ModelPackage Package { get; }

    public IReadOnlyList<ModelPackage> Alone { get; }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
