using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public sealed class CopyPasteMethodTests
{
    private const int SecondStage = 2;

    private static readonly GridSize Size = new(16, 16, 16);

    private static readonly TrainingOptions Options = new()
    {
        Method = MethodKind.Bcp,
        Network = new() { Filters = 2, Dropout = 0 },
        Crops = new() { Sizes = [[16, 16, 16]], Labelled = 4, Unlabelled = 4 },
        Optimizer = new() { LearningRate = 0.05 },
        CopyPaste = new() { PretrainIterations = SecondStage },
    };

    [Fact]
    public void Each_kind_of_mixture_and_each_half_of_the_teacher_s_crops_is_a_forward_pass_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var method = TrainingMethod.Create(Options, ScalarType.Float32);
        var passes = new List<(long Student, long Teacher)>();
        for (var iteration = 0; iteration < 4; iteration++)
        {
            method.Step(Batch(iteration), iteration);
            passes.Add((Passes("generator"), Passes("teacher")));
        }

        Assert.Equal([(1, 0), (2, 0), (4, 2), (6, 4)], passes);

        long Passes(string network) => method.Networks[network].state_dict()["block_one.conv.1.num_batches_tracked"].item<long>();
    }

    [Fact]
    public void BatchNorm_of_the_second_stage_averages_over_one_kind_of_mixture_after_the_other()
    {
        using var scope = NewDisposeScope();
        using var method = TrainingMethod.Create(Options, ScalarType.Float32);

        // Of a constant image the first convolution gives its bias and the sum of its weights, but at the border: so two levels of grey tell the
        // passes apart by the running mean of its BatchNorm, which is 0.9·(0.1·first) + 0.1·second after passes of their own.
        var (first, second) = (FirstMean(method.Network, 1), FirstMean(method.Network, 3));
        method.Step(Flat(1, 3), SecondStage);
        var mean = method.Network.state_dict()["block_one.conv.1.running_mean"];
        Assert.True(mean.allclose((0.09 * first) + (0.1 * second), atol: 1e-5));
    }

    [Fact]
    public void The_second_stage_begins_with_the_weights_of_the_first_and_everything_else_anew()
    {
        using var scope = NewDisposeScope();
        using var whole = TrainingMethod.Create(Options, ScalarType.Float32);
        for (var iteration = 0; iteration < SecondStage; iteration++)
            whole.Step(Batch(iteration), iteration);
        using var anew = TrainingMethod.Create(Options, ScalarType.Float32);
        anew.Network.load_state_dict(whole.Network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone()));
        whole.LearningRate = 1e-9;

        foreach (var method in (TrainingMethod[])[whole, anew])
        {
            method.Step(Batch(SecondStage), SecondStage);
            Assert.Equal(Options.Optimizer.LearningRate, method.LearningRate);
        }

        AssertEqual(Momentum(anew), Momentum(whole));
        foreach (var name in whole.Networks.Keys)
            AssertEqual([.. anew.Networks[name].parameters()], [.. whole.Networks[name].parameters()]);
    }

    [Fact]
    public void The_teacher_follows_by_the_configured_share_from_the_second_stage_s_first_iteration_on()
    {
        using var scope = NewDisposeScope();
        using var method = TrainingMethod.Create(Options, ScalarType.Float32);
        method.Step(Batch(0), 0);
        var before = Weight(method.Network).clone();
        method.Step(Batch(SecondStage), SecondStage);
        var expected = (before * Options.Teacher.Decay) + (Weight(method.Network) * (1 - Options.Teacher.Decay));
        Assert.True(expected.allclose(Weight(method.Networks["teacher"]), atol: 1e-7));
        Assert.False(before.allclose(Weight(method.Network), atol: 1e-5));

        static Tensor Weight(nn.Module network) => network.state_dict()["block_three.conv.0.weight"];
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(SecondStage, 0)]
    [InlineData(SecondStage + 7, 7)]
    public void The_schedule_counts_from_the_second_stage_on(int iteration, int expected)
    {
        using var method = TrainingMethod.Create(Options, ScalarType.Float32);
        Assert.Equal(expected, method.ScheduleIteration(iteration));
    }

    private static Batch Batch(int seed)
    {
        var random = new Random(seed);
        return Batch(_ => [.. Enumerable.Range(0, (int)Size.Count).Select(_ => random.NextSingle())]);
    }

    // Labelled and unlabelled crops alike: the first halves, which make the first mixtures, of one grey, the second halves of another.
    private static Batch Flat(float first, float second) => Batch(slot =>
    {
        var image = new float[Size.Count];
        Array.Fill(image, slot % 4 < 2 ? first : second);
        return image;
    });

    private static Batch Batch(Func<int, float[]> image)
    {
        var mask = new float[Size.Count];
        Array.Fill(mask, 1, 0, mask.Length / 3);
        return new Batch(Size, [.. "abcdefgh".Select(name => $"{name}")], [.. Enumerable.Range(0, 8).Select(image)], [mask, mask, mask, mask], [mask, mask, mask, mask]);
    }

    private static Tensor FirstMean(VNet network, float grey)
    {
        var state = network.state_dict();
        var output = nn.functional.conv3d(full([1, 1, Size.X, Size.Y, Size.Z], grey), state["block_one.conv.0.weight"], state["block_one.conv.0.bias"], padding: [1, 1, 1]);
        return output.detach().mean([0L, 2, 3, 4]);
    }

    private static Tensor[] Momentum(TrainingMethod method) =>
        [.. method.Optimizer.state_dict().State.Cast<SGD.State>().Select(state => state.momentum_buffer!)];

    private static void AssertEqual(Tensor[] expected, Tensor[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-4, atol: 1e-6)));
    }
}
