using Sassnet.Model.Losses;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Losses;

public class CrossEntropyDiceLossTests
{
    [Fact]
    public void The_loss_is_the_mean_of_cross_entropy_and_dice()
    {
        using var scope = NewDisposeScope();
        var (logits, target) = (Row(0, 0, 0, 0), Row(1f, 1f, 0f, 0f));

        // p = ½ everywhere: cross-entropy ln 2, Dice loss 1 − 2·1 / (4·¼ + 2).
        var expected = (Math.Log(2) + (1 - (2.0 / 3))) / 2;
        Assert.Equal(expected, CrossEntropyDiceLoss.Of(logits, target).item<float>(), 1e-5);
    }

    [Fact]
    public void Voxels_outside_the_region_do_not_count()
    {
        using var scope = NewDisposeScope();
        var region = Row(1f, 1f, 0f, 0f).reshape(1, 1, 1, 1, 4);
        var target = Row(1f, 0f, 1f, 0f).reshape(1, 1, 1, 1, 4);
        var one = CrossEntropyDiceLoss.Of(Row(2f, -1f, 5f, 9f).reshape(1, 1, 1, 1, 4), target, region);
        var other = CrossEntropyDiceLoss.Of(Row(2f, -1f, -7f, 0f).reshape(1, 1, 1, 1, 4), target, region);
        var alone = CrossEntropyDiceLoss.Of(Row(2f, -1f), Row(1f, 0f));
        Assert.Equal(one.item<float>(), other.item<float>(), 1e-7);
        Assert.Equal(alone.item<float>(), one.item<float>(), 1e-6);
    }

    [Fact]
    public void A_region_given_once_holds_for_every_sample()
    {
        using var scope = NewDisposeScope();
        var (logits, target) = (randn([3, 1, 4, 4, 4]), (rand([3, 1, 4, 4, 4]) > 0.5).to(ScalarType.Float32));
        var region = (rand([1, 1, 4, 4, 4]) > 0.5).to(ScalarType.Float32);
        Assert.Equal(
            CrossEntropyDiceLoss.Of(logits, target, region.expand(3, 1, 4, 4, 4)).item<float>(), CrossEntropyDiceLoss.Of(logits, target, region).item<float>(), 1e-6);
    }

    private static Tensor Row(params float[] values) => tensor(values).reshape(1, 1, -1);
}
