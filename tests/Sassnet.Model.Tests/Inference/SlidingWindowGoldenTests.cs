using Sassnet.Model.Inference;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference;

public class SlidingWindowGoldenTests
{
    private static readonly GridSize Patch = new(112, 112, 80);
    private static readonly GridSize Stride = new(18, 18, 4);

    [Theory]
    [InlineData(ScalarType.Float32, 1, 2e-3, 0.9999)]
    [InlineData(ScalarType.Float32, 4, 2e-3, 0.9999)]
    [InlineData(ScalarType.BFloat16, 1, 5e-2, 0.999)]
    public void Averages_are_those_of_the_reference(ScalarType type, int batch, double tolerance, double equalLabels)
    {
        using var file = SafetensorsFile.Open(RepositoryFiles.Shared("golden", "sliding_window.safetensors"));
        using var network = new VNet(4);
        NetworkWeights.Load(network, file, "weights.");
        using var folded = new FoldedVNet(network, type, CPU);
        var size = new GridSize(150, 118, 88);
        var voxels = AxisOrder.FromZFastest<float>(Array.ConvertAll(file.ReadArray<sbyte>("image_i8"), value => value / 32f), size);

        var maps = WindowedInference.Slide(folded, voxels, size, Patch, Stride, batch, TestContext.Current.CancellationToken);

        var expected = AxisOrder.FromZFastest<Half>(file.ReadArray<Half>("probability"), size);
        var labels = AxisOrder.FromZFastest<byte>(file.ReadArray<byte>("label"), size);
        Assert.InRange(maps.Probability.Zip(expected, (seen, value) => Math.Abs(seen - (double)value)).Max(), 0, tolerance);
        Assert.InRange(maps.Probability.Zip(labels, (seen, label) => (seen > 0.5f) == (label == 1) ? 1.0 : 0).Average(), equalLabels, 1);
    }
}
