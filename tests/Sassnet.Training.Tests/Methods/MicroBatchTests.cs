using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public class MicroBatchTests
{
    private const string Mean = "generator.block_one.conv.1.running_mean";
    private const string Batches = "generator.block_one.conv.1.num_batches_tracked";

    private static readonly GridSize Size = new(16, 16, 16);

    // The cuboid of bcp is another one in each micro-batch.
    public static TheoryData<MethodKind> Methods => [.. Enum.GetValues<MethodKind>().Where(method => method != MethodKind.Bcp)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_step_of_the_same_micro_batch_twice_is_the_step_of_it_once(MethodKind kind)
    {
        using var scope = NewDisposeScope();
        var (once, twice) = (After(kind, 1), After(kind, 1, 1));
        foreach (var (key, value) in once)
            Assert.True(value.to(ScalarType.Float32).allclose(twice[key].to(ScalarType.Float32), rtol: 1e-5, atol: 1e-7), key);
    }

    [Fact]
    public void A_step_goes_down_the_mean_gradient_of_its_micro_batches()
    {
        using var scope = NewDisposeScope();
        var (start, first, second, both) = (After(MethodKind.VNetSdm), After(MethodKind.VNetSdm, 1), After(MethodKind.VNetSdm, 2), After(MethodKind.VNetSdm, 1, 2));
        foreach (var (key, value) in both.Where(pair => pair.Value.is_floating_point()))
        {
            // BatchNorm's running statistics too: of each micro-batch from those of the step's start, then the mean.
            var mean = start[key] + (((first[key] - start[key]) + (second[key] - start[key])) / 2);
            Assert.True(value.allclose(mean, rtol: 1e-4, atol: 1e-6), key);
        }

        Assert.False(first[Mean].allclose(second[Mean], atol: 1e-3));
        Assert.Equal(1, both[Batches].item<long>());
    }

    [Fact]
    public void Losses_are_the_mean_over_the_micro_batches()
    {
        using var scope = NewDisposeScope();
        double[] each = [Losses(1)["lossSdm"], Losses(2)["lossSdm"]];
        Assert.Equal(each.Average(), Losses(1, 2)["lossSdm"], 1e-6);

        static StepLosses Losses(params int[] seeds)
        {
            using var method = Method(MethodKind.VNetSdm);
            return method.Step([.. seeds.Select(Batch)], 0, new Share(World.Alone, seeds.Length));
        }
    }

    [Fact]
    public void Each_micro_batch_draws_its_own_dropout()
    {
        using var scope = NewDisposeScope();
        var options = Options(MethodKind.VNetSdm) with { Network = new() { Filters = 2, Dropout = 0.5 } };
        Assert.NotEqual(Loss(1), Loss(2), 1e-6);

        double Loss(int count)
        {
            manual_seed(1);
            using var method = TrainingMethod.Create(options, ScalarType.Float32);
            return method.Step([.. Enumerable.Repeat(Batch(1), count)], 0, new Share(World.Alone, count)).Total;
        }
    }

    // The processor's generator takes the lower 32 bits of what it is seeded with, and no others.
    [Fact]
    public void Each_seed_and_each_iteration_draws_its_own_dropout()
    {
        using var scope = NewDisposeScope();
        double[] losses = [Loss(1, 0), Loss(2, 0), Loss(1, 1), Loss(2, 1)];
        Assert.Equal(losses.Length, losses.Distinct().Count());
        Assert.Equal(losses[0], Loss(1, 0));

        static double Loss(int seed, int iteration)
        {
            var options = Options(MethodKind.VNetSdm) with { Seed = seed, Network = new() { Filters = 2, Dropout = 0.5 } };
            manual_seed(1);
            using var method = TrainingMethod.Create(options, ScalarType.Float32);
            return method.Step(Batch(1), iteration).Total;
        }
    }

    [Fact]
    public void The_shares_of_all_processes_are_all_micro_batches_of_a_step_one_after_another()
    {
        for (var size = 1; size <= 4; size++)
        {
            for (var microBatches = size; microBatches <= 9; microBatches++)
            {
                var boundaries = Enumerable.Range(0, size + 1).Select(rank => Share.Boundary(rank, size, microBatches)).ToList();
                Assert.Equal((0, microBatches), (boundaries[0], boundaries[^1]));
                Assert.All(boundaries.Zip(boundaries.Skip(1), (first, next) => next - first), count => Assert.InRange(count, microBatches / size, (microBatches / size) + 1));
            }
        }
    }

    // What one step of the micro-batches of these seeds, if any, leaves; nothing in it is random.
    private static Dictionary<string, Tensor> After(MethodKind kind, params int[] seeds)
    {
        using var method = Method(kind);
        if (seeds.Length > 0)
            method.Step([.. seeds.Select(Batch)], 0, new Share(World.Alone, seeds.Length));
        return method.Networks.SelectMany(network => network.Value.state_dict().Select(pair => KeyValuePair.Create($"{network.Key}.{pair.Key}", pair.Value.detach().clone())))
            .ToDictionary();
    }

    private static TrainingMethod Method(MethodKind kind)
    {
        manual_seed(1);
        return TrainingMethod.Create(Options(kind), ScalarType.Float32);
    }

    private static TrainingOptions Options(MethodKind kind) => new()
    {
        Method = kind,
        Network = new() { Filters = 2, DiscriminatorFilters = 2, Dropout = 0 },
        Teacher = new() { Noise = 0 },
        WeakToStrong = new() { CutMixShare = 0, Contrast = 0, Noise = 0 },
        Optimizer = new() { WeightDecay = 0 },
        Ema = new() { Decay = 0.9 },
    };

    private static Batch Batch(int seed)
    {
        var random = new Random(seed);
        var masks = Enumerable.Range(0, 2).Select(slot => Mask(4 + seed + slot)).ToArray();
        float[][] images = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, (int)Size.Count).Select(_ => (seed * random.NextSingle()) + seed).ToArray())];
        return new Batch(Size, ["a", "b", "c", "d"], images, [.. masks.Select(mask => Array.ConvertAll(mask, label => (float)label))], [.. masks.Select(mask => SignedDistanceMap.Normalised(mask, Size))]);
    }

    private static byte[] Mask(int side)
    {
        var mask = new byte[Size.Count];
        for (var z = 4; z < 4 + side; z++)
        {
            for (var y = 4; y < 4 + side; y++)
                mask.AsSpan(Size.IndexOf(4, y, z), side).Fill(1);
        }

        return mask;
    }
}
