using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Tests.Inference;
using Xunit;

namespace Sassnet.Model.Tests.Packages;

public sealed class MembersTests : IDisposable
{
    private readonly MembersFolder _folder = new(members: 3);

    [Fact]
    public void A_package_of_three_has_three_weights_and_a_copy_has_them_too()
    {
        var copy = _folder.Package.CopyTo(_folder.PathOf("copy"));
        Assert.Equal(["model-2.safetensors", "model-3.safetensors", "model.json", "model.safetensors"], Files(copy));
        var opened = ModelPackage.Open(copy.Folder);
        Assert.Equal((3, _folder.Package.Manifest.Sha256), (opened.Members, opened.Manifest.Sha256));
        Assert.Equal(3 * _folder.Alone[0].CountWeights(), opened.CountWeights());
        for (var member = 0; member < 3; member++)
        {
            using var network = opened.LoadNetwork(member);
            using var alone = _folder.Alone[member].LoadNetwork();
            foreach (var (name, tensor) in network.state_dict())
                Assert.True(tensor.equal(alone.state_dict()[name]).all().item<bool>());
        }
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model-2.safetensors")]
    [InlineData("model-3.safetensors")]
    public void Weights_of_any_member_that_are_others_or_missing_are_noticed(string name)
    {
        var path = Path.Combine(_folder.Package.Folder, name);
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("SHA-256", Assert.Throws<InvalidPackageException>(_folder.Package.RequireWeights).Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains($"lacks {name}", Assert.Throws<InvalidPackageException>(() => ModelPackage.Open(_folder.Package.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_in_another_order_are_another_package()
    {
        var folder = _folder.Package.Folder;
        var (first, second, aside) = (Path.Combine(folder, "model.safetensors"), Path.Combine(folder, "model-2.safetensors"), Path.Combine(folder, "aside"));
        File.Move(first, aside);
        File.Move(second, first);
        File.Move(aside, second);
        Assert.Throws<InvalidPackageException>(() => ModelPackage.Open(folder));
    }

    [Fact]
    public void A_package_of_one_in_the_place_of_three_is_as_it_always_was()
    {
        using var network = new VNet(2);
        var one = ModelPackage.Write(_folder.Package.Folder, network, _folder.Package.Manifest);
        Assert.Equal(["model.json", "model.safetensors"], Files(one));
        Assert.DoesNotContain("members", File.ReadAllText(Path.Combine(one.Folder, ModelPackage.ManifestFile)), StringComparison.Ordinal);
        Assert.Equal(1, ModelPackage.Open(one.Folder).Members);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void Numbers_of_members_that_cannot_be_are_refused(int members)
    {
        var failure = Assert.Throws<InvalidPackageException>(() => _folder.Package.With(_folder.Package.Manifest with { Members = members }));
        Assert.Contains("'members'", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Files(ModelPackage package) => Directory.EnumerateFiles(package.Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
}
