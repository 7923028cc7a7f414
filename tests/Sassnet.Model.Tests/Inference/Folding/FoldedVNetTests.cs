using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Tests;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference.Folding;

public class FoldedVNetTests
{
    private const double Tolerance = 1e-4;

    [Fact]
    public void Folding_keeps_the_reference_outputs_on_portable_values() => AssertFolded(RepositoryFiles.Golden("vnet_sdm.safetensors"), 2);

    [Fact]
    public void Folding_keeps_the_reference_outputs_on_scan_data() => AssertFolded(RepositoryFiles.Shared("golden", "vnet_sdm.safetensors"), 4);

    [Fact]
    public void Bfloat16_stays_close_to_float32()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(RepositoryFiles.Golden("vnet_sdm.safetensors"));
        using var network = Trained(file, 2);
        using var exact = new FoldedVNet(network, float32, CPU);
        using var rounded = new FoldedVNet(network, bfloat16, CPU);
        var input = WithZeros(file.Read("input"));
        var difference = (exact.Forward(input) - rounded.Forward(input.to(bfloat16))).abs();
        Assert.InRange(difference.max().item<float>(), 1e-6f, 0.05f);
        Assert.True(difference.mean().item<float>() < 0.005f);
    }

    [Fact]
    public void Of_a_network_that_cannot_be_folded_to_its_end_nothing_stays()
    {
        using var scope = NewDisposeScope();
        using var network = TemporaryPackage.RandomNetwork(2);

        // Only the last convolution finds it out, as it might find no memory.
        var head = network.state_dict()["out_conv2.weight"];
        head.requires_grad = false;
        head.unsqueeze_(0);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Assert.ThrowsAny<Exception>(() => new FoldedVNet(network, float32, CPU));
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Weights_that_change_later_do_not_reach_the_folded_network()
    {
        using var scope = NewDisposeScope();
        using var network = TemporaryPackage.RandomNetwork(2);
        using var folded = new FoldedVNet(network, float32, CPU);
        var input = WithZeros(ones([1, 1, 16, 16, 16]));
        var before = folded.Forward(input);
        using (no_grad())
        {
            foreach (var parameter in network.parameters())
                parameter.add_(1);
        }

        Assert.Equal(0, (folded.Forward(input) - before).abs().max().item<float>());
    }

    [Fact]
    public void A_network_of_the_fewest_filters_gives_what_it_gave_before_it_was_folded()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var network = TemporaryPackage.RandomNetwork(VNet.MinFilters);
        network.eval();
        using var folded = new FoldedVNet(network, float32, CPU);
        var input = randn([1, 1, 16, 16, 16]);
        var maps = folded.Forward(WithZeros(input));
        var (sdm, logits) = network.forward(input);
        Assert.True(((maps.narrow(1, FoldedVNet.SdmChannel, 1) * 2) - 1 - sdm).abs().max().item<float>() < Tolerance);
        Assert.True((maps.narrow(1, folded.ProbabilityChannel, 1) - logits.sigmoid()).abs().max().item<float>() < Tolerance);
    }

    private static void AssertFolded(string path, int filters)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        using var network = Trained(file, filters);
        using var folded = new FoldedVNet(network, float32, CPU);
        var maps = folded.Forward(WithZeros(file.Read("input")));
        var sdm = (maps.narrow(1, FoldedVNet.SdmChannel, 1) * 2) - 1;
        Assert.True((sdm - file.Read("sdm")).abs().max().item<float>() < Tolerance);
        var logits = maps.narrow(1, folded.ProbabilityChannel, 1).to(float64).logit();
        Assert.True((maps.narrow(1, folded.ProbabilityChannel, 1) - file.Read("logits").sigmoid()).abs().max().item<float>() < Tolerance);
        var expected = file.Read("logits");
        Assert.True((logits - expected)[expected.abs() < 5].abs().max().item<double>() < Tolerance);
    }

    private static VNet Trained(SafetensorsFile file, int filters)
    {
        var network = new VNet(filters);
        NetworkWeights.Load(network, file, "weights.");
        return network;
    }

    private static Tensor WithZeros(Tensor image) => cat([image, zeros_like(image)], 1).permute(0, 2, 3, 4, 1).contiguous().permute(0, 4, 1, 2, 3);
}
