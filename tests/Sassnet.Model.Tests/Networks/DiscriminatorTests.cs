using Sassnet.Model.Networks;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Networks;

public class DiscriminatorTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void Bfloat16_gives_the_verdicts_and_gradients_of_float32(int filters)
    {
        using var scope = NewDisposeScope();
        using var network = new Discriminator(filters, dropout: 0);

        // By a generator of its own: the gradient of a bias is a sum that may come out near nothing, where the rounding of its terms shows.
        using var random = new Generator(7);
        using (no_grad())
        {
            foreach (var parameter in network.parameters())
                parameter.copy_(rand(parameter.shape, generator: random).sub(0.5).mul(2 / Math.Sqrt(parameter.shape.Length > 1 ? parameter[0].numel() : filters)));
        }

        var (sdm, image) = (rand([2, 1, 32, 32, 16], generator: random), randn([2, 1, 32, 32, 16], generator: random));
        var (exact, exactGradients) = Step(network, sdm, image);
        var (rounded, gradients) = Step(network, sdm.to(bfloat16), image.to(bfloat16));
        AssertClose(exact, rounded, "logits");
        foreach (var (name, gradient) in exactGradients)
            AssertClose(gradient, gradients[name], name);
    }

    private static (Tensor Logits, Dictionary<string, Tensor> Gradients) Step(Discriminator network, Tensor sdm, Tensor image)
    {
        network.zero_grad();
        sdm = sdm.detach();
        sdm.requires_grad = true;
        var logits = network.forward(sdm, image);
        (logits * tensor(new float[] { 1, -1 })).sum().backward();
        var gradients = network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad!.clone());
        gradients["sdm"] = sdm.grad!.to(float32);
        return (logits.detach(), gradients);
    }

    // Five layers of eight significant bits, there and back, are off by up to 7 %; a layer computed wrongly differs by as much as the values themselves.
    private static void AssertClose(Tensor expected, Tensor actual, string name)
    {
        var (difference, size) = ((actual - expected).norm().item<float>(), expected.norm().item<float>());
        Assert.True(difference <= 0.2 * size, $"{name} differs by {difference} of {size}");
    }
}
