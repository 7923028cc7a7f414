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

    private static void Step(VNet network)
    {
        using var scope = NewDisposeScope();
        network.train();
        var (sdm, logits) = network.forward(randn([1, 1, 32, 32, 16]));
        (sdm.mean() + logits.mean()).backward();
        network.zero_grad();
    }
}
