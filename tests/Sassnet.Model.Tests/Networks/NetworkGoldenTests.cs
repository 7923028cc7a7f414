using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Tests;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Networks;

public class NetworkGoldenTests
{
    private const double Tolerance = 1e-4;

    [Fact]
    public void VNet_reproduces_the_reference_outputs_on_portable_values() => AssertVNet(RepositoryFiles.Golden("vnet_sdm.safetensors"), 2);

    [Fact]
    public void VNet_reproduces_the_reference_outputs_on_scan_data() => AssertVNet(RepositoryFiles.Shared("golden", "vnet_sdm.safetensors"), 4);

    [Fact]
    public void Discriminator_reproduces_the_reference_logits()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(RepositoryFiles.Shared("golden", "discriminator.safetensors"));
        using var network = new Discriminator(filters: 4);
        NetworkWeights.Load(network, file, "weights.");
        network.eval();
        using var gradients = no_grad();
        var logits = network.forward(file.Read("sdm_i8").to(float32) / 127, file.Read("image_i8").to(float32) / 32);
        Assert.True((logits - file.Read("logits")).abs().max().item<float>() < Tolerance);
    }

    private static void AssertVNet(string path, int filters) =>
        Assert.All(GoldenNetwork.Deviations(path, filters, CPU), deviation => Assert.True(deviation.IsWithin, $"{deviation.Name} differs by {deviation.Seen}"));
}
