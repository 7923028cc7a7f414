using Sassnet.Tests;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public class SassnetGoldenTests
{
    [Fact]
    public void Two_iterations_land_on_the_recorded_losses_and_weights_on_portable_values() =>
        AssertWithin(GoldenIterations.OnFormula(RepositoryFiles.Golden("train_step"), CPU));

    [Fact]
    public void Two_iterations_land_on_the_recorded_losses_and_weights_on_scan_data() =>
        AssertWithin(GoldenIterations.OnScans(Path.ChangeExtension(RepositoryFiles.Shared("golden", "train_step.safetensors"), null), CPU));

    private static void AssertWithin(IReadOnlyList<GoldenDeviation> deviations)
    {
        Assert.True(deviations.Count > 12);
        Assert.All(deviations, deviation => Assert.True(deviation.IsWithin, $"{deviation.Name} differs by {deviation.Seen}"));
    }
}
