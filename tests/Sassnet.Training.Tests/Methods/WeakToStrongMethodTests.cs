using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public sealed class WeakToStrongMethodTests
{
    private static readonly GridSize Size = new(32, 16, 16);

    private static readonly TrainingOptions Options = new()
    {
        Method = MethodKind.W2s,
        Network = new() { Filters = 2, Dropout = 0 },
        Loss = new() { RampupLength = 1, RampupInterval = 1 },
        Teacher = new() { Decay = 0.9 },
    };

    [Fact]
    public void Its_losses_are_those_of_both_heads_and_of_the_unlabelled_crops_and_its_teacher_follows()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var method = TrainingMethod.Create(Options, ScalarType.Float32);
        var before = Weight(method.Networks["teacher"]).clone();
        var losses = method.Step(Batch(), 1);
        Assert.Equal(["lossDice", "lossSdm", "lossConsistency", "shareSure", "consistencyWeight"], losses.Parts.Select(part => part.Name));
        Assert.Equal(losses["lossDice"] + (0.3 * losses["lossSdm"]) + losses["lossConsistency"], losses.Total, 1e-5);
        Assert.Equal(1, losses["consistencyWeight"]);

        // The decay of the second iteration is ½.
        Assert.True(((before + Weight(method.Network)) / 2).allclose(Weight(method.Networks["teacher"]), atol: 1e-7));

        static Tensor Weight(nn.Module network) => network.state_dict()["block_three.conv.0.weight"];
    }

    [Fact]
    public void Where_the_teacher_is_sure_of_nothing_unlabelled_crops_teach_nothing()
    {
        manual_seed(1);
        using var method = TrainingMethod.Create(Options with { WeakToStrong = new() { Threshold = 0.999999 } }, ScalarType.Float32);
        var losses = method.Step(Batch(), 1);
        Assert.Equal((0, 0), (losses["shareSure"], losses["lossConsistency"]));
        Assert.True(losses.AreFinite);
    }

    [Fact]
    public void A_teacher_is_sure_of_either_class_from_the_threshold_on()
    {
        using var scope = NewDisposeScope();
        using var network = new VNet(2, 0);
        using (no_grad())
        {
            network.state_dict()["out_conv2.weight"].fill_(0);
            network.state_dict()["out_conv2.bias"].fill_(-1.2);
        }

        // The background's probability is 0.77 everywhere.
        using var teacher = new AveragedNetwork(network, dropout: 0);
        var images = randn([1, 1, 16, 16, 16]);
        Assert.Equal((0, 1), Means(0.75));
        Assert.Equal((0, 0), Means(0.8));

        (float Target, float Sure) Means(double threshold)
        {
            var (target, sure) = PseudoLabels.Sure(teacher, images, threshold);
            return (target.mean().item<float>(), sure.mean().item<float>());
        }
    }

    [Fact]
    public void A_cuboid_of_the_next_crop_comes_with_its_labels_and_how_sure_they_are()
    {
        using var scope = NewDisposeScope();
        var changes = new StrongChanges(new WeakToStrongOptions { CutMixShare = 0.5, Contrast = 0, Noise = 0 }, seed: 1);
        var target = cat([zeros([1, 1, 16, 16, 16]), ones([1, 1, 16, 16, 16])]);
        var (images, mixed, sure) = changes.Apply(target * 3, target, 1 - target, iteration: 5, number: 0);
        Assert.True(images.allclose(mixed * 3));
        Assert.True(sure.allclose(1 - mixed));
        Assert.Equal(8 * 8 * 8, mixed[0].sum().item<float>());
        Assert.Equal((16 * 16 * 16) - (8 * 8 * 8), mixed[1].sum().item<float>());
    }

    [Fact]
    public void Contrast_spreads_each_crop_about_its_mean_and_a_step_draws_the_same_again()
    {
        using var scope = NewDisposeScope();
        var changes = new StrongChanges(new WeakToStrongOptions { CutMixShare = 0, Contrast = 1, Noise = 0 }, seed: 1);
        var images = randn([3, 1, 16, 16, 16]) + 2;
        var none = zeros_like(images);
        var (changed, again) = (changes.Apply(images, none, none, 7, 0).Images, changes.Apply(images, none, none, 7, 0).Images);
        Assert.True(changed.allclose(again));
        Assert.True(changed.mean([1, 2, 3, 4]).allclose(images.mean([1, 2, 3, 4]), atol: 1e-4));
        var factors = (changed.std([1, 2, 3, 4]) / images.std([1, 2, 3, 4])).data<float>().ToArray();
        Assert.All(factors, factor => Assert.InRange(factor, 0.49f, 2.01f));
        Assert.Equal(3, factors.Distinct().Count());
    }

    private static Batch Batch()
    {
        var random = new Random(1);
        var mask = new float[Size.Count];
        Array.Fill(mask, 1, 0, mask.Length / 3);
        float[][] images = [.. Enumerable.Range(0, 4).Select(_ => Array.ConvertAll(mask, label => label + random.NextSingle()))];
        return new Batch(Size, ["a", "b", "c", "d"], images, [mask, mask], [mask, mask]);
    }
}
