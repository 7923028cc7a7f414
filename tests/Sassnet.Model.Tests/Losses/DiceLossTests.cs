using Sassnet.Model.Losses;
using Sassnet.Model.Packages;
using Sassnet.Tests;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Losses;

public class DiceLossTests
{
    [Fact]
    public void Matches_the_reference_value()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(RepositoryFiles.Shared("golden", "losses.safetensors"));
        var loss = DiceLoss.Of(file.Read("probability"), file.Read("target").to(float32));
        Assert.Equal(0.44980013370513916, loss.item<float>(), 1e-6);
    }

    [Fact]
    public void A_perfect_prediction_costs_nothing_and_a_disjoint_one_costs_one()
    {
        using var scope = NewDisposeScope();
        var target = tensor(new float[] { 1, 1, 0, 0 });
        Assert.Equal(0, DiceLoss.Of(target, target).item<float>(), 1e-5);
        Assert.Equal(1, DiceLoss.Of(1 - target, target).item<float>(), 1e-5);
        Assert.Equal(0, DiceLoss.Of(zeros(4), zeros(4)).item<float>(), 1e-5);
    }
}
