using System.Runtime.InteropServices;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Devices;

/// <summary>What is computed on another device than the processor is computed there alone.</summary>
public class StrictDeviceTests
{
    private static readonly GridSize Size = new(40, 24, 20);

    public static TheoryData<string> Operations => [.. Mixed.Keys];

    private static Dictionary<string, Func<Tensor, Tensor, Tensor>> Mixed { get; } = new()
    {
        ["sum"] = (there, here) => there + here,
        ["product"] = (there, here) => there * here,
        ["sum into"] = (there, here) => there.add_(here),
        ["where"] = (there, here) => where(there.gt(0), there, here),
        ["one list"] = (there, here) => cat([there, here]),
        ["squared error"] = (there, here) => nn.functional.mse_loss(there, here),
        ["cross-entropy"] = (there, here) => nn.functional.binary_cross_entropy_with_logits(there, here),
        ["classes"] = (there, here) => nn.functional.cross_entropy(there, here.argmax(1)),
        ["convolution"] = (there, here) => nn.functional.conv1d(there.unsqueeze(0), here.unsqueeze(0)),
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void A_tensor_of_the_processor_is_refused(string operation)
    {
        using var scope = NewDisposeScope();
        var (here, there) = (ones([2, 2]), ones([2, 2]).to(StrictDevice.Instance));
        StrictDevice.TakeRefusals();
        _ = Mixed[operation](there, there);
        Assert.Empty(StrictDevice.TakeRefusals());
        var failure = Record.Exception(() => Mixed[operation](there, here));
        Assert.True(failure is ExternalException || StrictDevice.TakeRefusals().Length > 0, $"{operation} took both");
    }

    [Theory]
    [InlineData(InferenceMode.Whole)]
    [InlineData(InferenceMode.Window)]
    [InlineData(InferenceMode.WholeFlips)]
    public void Inference_has_the_maps_of_the_processor(InferenceMode mode)
    {
        using var network = new VNet(2);
        var random = new Random(3);
        float[] voxels = [.. Enumerable.Range(0, (int)Size.Count).Select(_ => random.NextSingle() - 0.5f)];
        StrictDevice.TakeRefusals();
        var (expected, actual) = (Predict(network, CPU, voxels, mode), Predict(network, StrictDevice.Instance, voxels, mode));
        Assert.Empty(StrictDevice.TakeRefusals());
        AssertClose(expected[0].Probability, actual[0].Probability);
        AssertClose(expected[0].Sdm, actual[0].Sdm);
        StrictDevice.AssertNothingMixedUnseen();
    }

    [Fact]
    public void Slabs_have_the_maps_of_the_processor()
    {
        using var network = new VNet(2);
        var random = new Random(3);
        float[] voxels = [.. Enumerable.Range(0, (int)Size.Count).Select(_ => random.NextSingle() - 0.5f)];
        StrictDevice.TakeRefusals();
        var (expected, actual) = (InSlabs(CPU), InSlabs(StrictDevice.Instance));
        Assert.Empty(StrictDevice.TakeRefusals());
        AssertClose(expected.Probability, actual.Probability);
        AssertClose(expected.Sdm, actual.Sdm);
        StrictDevice.AssertNothingMixedUnseen();

        PredictedMaps InSlabs(Device device)
        {
            using var folded = new FoldedVNet(network, ScalarType.Float32, device);
            return MirroredInference.Mean(folded, voxels, TileGrid.Within(Size, _ => true)!, batch: 2, CancellationToken.None)[0];
        }
    }

    private static IReadOnlyList<PredictedMaps> Predict(VNet network, Device device, float[] voxels, InferenceMode mode)
    {
        using var folded = new FoldedVNet(network, ScalarType.Float32, device);
        var (window, stride) = (new GridSize(32, 16, 16), new GridSize(16, 16, 16));
        return mode switch
        {
            InferenceMode.Whole => TiledInference.Run(folded, voxels, TileGrid.OnePass(Size), CancellationToken.None),
            InferenceMode.WholeFlips => MirroredInference.Mean(folded, voxels, Size, batch: 2, CancellationToken.None),
            _ => WindowedInference.Slide(folded, voxels, Size, window, stride, batch: 2, CancellationToken.None),
        };
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.True(expected.Max() > expected.Min());
        Assert.InRange(expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max(), 0, 1e-5);
    }
}
