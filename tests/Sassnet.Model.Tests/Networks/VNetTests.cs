using Sassnet.Model.Networks;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Networks;

public class VNetTests
{
    [Fact]
    public void The_published_size_has_the_published_number_of_parameters()
    {
        using var network = new VNet(filters: 16);
        Assert.Equal(9_448_866, network.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void State_keys_are_those_of_the_published_checkpoints()
    {
        using var network = new VNet(filters: 2);
        var keys = network.state_dict().Keys.ToHashSet();
        Assert.Contains("block_one.conv.0.weight", keys);
        Assert.Contains("block_three.conv.7.running_var", keys);
        Assert.Contains("block_five_up.conv.0.bias", keys);
        Assert.Contains("out_conv.weight", keys);
        Assert.Contains("out_conv2.bias", keys);
        Assert.DoesNotContain(keys, key => key.Contains('_') && key.StartsWith("_block", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_structure_has_a_channel_in_both_heads()
    {
        using var scope = NewDisposeScope();
        using var network = new VNet(filters: 2, classes: 3);
        var (sdm, logits) = network.forward(randn([2, 1, 32, 16, 16]));
        Assert.Equal([2L, 3, 32, 16, 16], sdm.shape);
        Assert.Equal([2L, 3, 32, 16, 16], logits.shape);
    }

    [Fact]
    public void Forward_and_backward_leave_no_tensor_behind()
    {
        using var network = new VNet(filters: 2);
        Step(network);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Step(network);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Bfloat16_activations_keep_float32_statistics_and_gradients()
    {
        using var scope = NewDisposeScope();
        using var network = new VNet(filters: 2);
        network.train();
        var (sdm, logits) = network.forward(randn([1, 1, 32, 32, 16]).to(bfloat16));
        (sdm.mean() + logits.mean()).backward();
        Assert.All(network.parameters(), parameter => Assert.Equal(float32, parameter.grad!.dtype));
        Assert.All(network.buffers().Where(buffer => buffer.is_floating_point()), buffer => Assert.Equal(float32, buffer.dtype));
        Assert.Equal(float32, sdm.dtype);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(16)]
    public void Bfloat16_computes_the_same_function_as_float32(int filters)
    {
        using var scope = NewDisposeScope();
        using var network = new VNet(filters);
        network.eval();
        using var gradients = no_grad();
        var input = randn([1, 1, 32, 32, 32]);
        var (exactSdm, exactLogits) = network.forward(input);
        var (sdm, logits) = network.forward(input.to(bfloat16));

        // Two dozen layers of eight significant bits; a layer computed wrongly differs by as much as the values themselves.
        Assert.True((sdm - exactSdm).abs().mean().item<float>() < 0.05 * exactSdm.abs().mean().item<float>());
        Assert.True((logits - exactLogits).abs().mean().item<float>() < 0.05 * exactLogits.abs().mean().item<float>());
    }

    [Fact]
    public void Gradients_are_finite_and_repeatable_over_dirty_memory()
    {
        using var scope = NewDisposeScope();
        using var network = new VNet(filters: 2, dropout: 0);
        network.train();
        var input = randn([2, 1, 48, 48, 32]);
        var first = Gradients(network, input);
        using (NewDisposeScope())
        {
            for (var i = 0; i < 32; i++)
                full([2, 4, 48, 48, 32], float.NaN);
        }

        foreach (var (expected, actual) in first.Zip(Gradients(network, input)))
            Assert.True((expected - actual).abs().max().item<float>() <= 1e-5 * (1 + expected.abs().max().item<float>()));
    }

    private static List<Tensor> Gradients(VNet network, Tensor input)
    {
        network.zero_grad();
        var (sdm, logits) = network.forward(input);
        (sdm.square().mean() + logits.square().mean()).backward();
        return [.. network.parameters().Select(parameter => parameter.grad!.clone())];
    }

    private static void Step(VNet network)
    {
        using var scope = NewDisposeScope();
        network.train();
        var (sdm, logits) = network.forward(randn([1, 1, 32, 32, 16]));
        (sdm.mean() + logits.mean()).backward();
        network.zero_grad();
    }
}
