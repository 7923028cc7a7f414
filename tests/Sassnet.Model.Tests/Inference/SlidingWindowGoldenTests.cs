using Sassnet.Tests;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference;

public class SlidingWindowGoldenTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 1, 2e-3, 1e-4)]
    [InlineData(ScalarType.Float32, 4, 2e-3, 1e-4)]
    [InlineData(ScalarType.BFloat16, 1, 5e-2, 1e-3)]
    public void Averages_are_those_of_the_reference(ScalarType type, int batch, double tolerance, double differentLabels) =>
        AssertWithin(GoldenWindows.Recorded(RepositoryFiles.Shared("golden", "sliding_window.safetensors"), type, CPU, batch, tolerance, differentLabels));

    [Fact]
    public void Averages_are_those_of_the_network_applied_to_one_window_after_the_other() =>
        AssertWithin(GoldenWindows.Applied(RepositoryFiles.Golden("vnet_sdm.safetensors"), new(48, 48, 32), CPU));

    private static void AssertWithin(IReadOnlyList<GoldenDeviation> deviations) =>
        Assert.All(deviations, deviation => Assert.True(deviation.IsWithin, $"{deviation.Name} differs by {deviation.Seen}"));
}
