using Sassnet.Model.Networks;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public class DetachedHeadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_distance_map_shapes_the_features_unless_its_head_is_detached(bool detached)
    {
        using var scope = NewDisposeScope();
        using var network = new VNet(2, 0, detached);
        var (sdm, _) = network.forward(randn([1, 1, 16, 16, 16]));
        sdm.square().sum().backward();
        var gradients = network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad);
        Assert.NotEqual(0, gradients["out_conv.weight"]!.abs().sum().item<float>());
        Assert.Equal(detached, gradients["block_nine.conv.0.weight"] is null);
    }
}
