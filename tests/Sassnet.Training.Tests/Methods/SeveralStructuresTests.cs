using Sassnet.Model.Losses;
using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

public sealed class SeveralStructuresTests
{
    private static readonly GridSize Size = new(32, 32, 16);

    public static TheoryData<MethodKind> Methods => [.. Enum.GetValues<MethodKind>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_learns_each_structure_in_both_heads(MethodKind kind)
    {
        manual_seed(1);
        var options = Options with { Method = kind, CopyPaste = new() { PretrainIterations = 1 } };
        using var method = TrainingMethod.Create(options, ScalarType.Float32);
        using var scope = NewDisposeScope();
        string[] heads = ["out_conv.weight", "out_conv2.weight"];
        var before = heads.ToDictionary(head => head, head => method.Network.state_dict()[head].clone());
        var loader = new BatchLoader(Dataset(), options, Share.Whole);

        // Of bcp the first iteration is of its first stage, the second of its second.
        for (var iteration = 0; iteration < 2; iteration++)
            Assert.True(method.Step(loader.Make(iteration), iteration).AreFinite);

        foreach (var head in heads)
        {
            var moved = (method.Network.state_dict()[head] - before[head]).abs().amax([1, 2, 3, 4]);
            Assert.Equal([2L], moved.shape);
            Assert.True(moved.min().item<float>() > 0, head);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_learns_from_scans_that_lack_a_structure(MethodKind kind)
    {
        manual_seed(1);
        var options = Options with { Method = kind, CopyPaste = new() { PretrainIterations = 1 } };
        using var method = TrainingMethod.Create(options, ScalarType.Float32);
        var all = Dataset();

        // Each lacks another one.
        TrainingScan[] labelled = [.. all.Labelled.Select((scan, index) => scan with { Mask = Array.ConvertAll(scan.Mask!, value => value == index + 1 ? (byte)0 : value) })];
        var loader = new BatchLoader(new ScanDataset(labelled, all.Unlabelled, []), options, Share.Whole);
        for (var iteration = 0; iteration < 2; iteration++)
            Assert.True(method.Step(loader.Make(iteration), iteration).AreFinite);

        using var scope = NewDisposeScope();
        using var crops = loader.Make(0).ToTensors(ScalarType.Float32, CPU);
        var (masks, sdms) = (crops.Masks.amax([2, 3, 4]), crops.Sdms.abs().amax([2, 3, 4]));
        Assert.Equal(2, masks.sum().item<float>());
        Assert.Equal(masks.data<float>().ToArray(), sdms.gt(0.5).to(ScalarType.Float32).data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_tells_what_each_structure_has_of_the_losses_that_are_means_over_them(MethodKind kind)
    {
        manual_seed(1);
        var options = Options with { Method = kind, CopyPaste = new() { PretrainIterations = 1 } };
        using var method = TrainingMethod.Create(options, ScalarType.Float32);
        var loader = new BatchLoader(Dataset(), options, Share.Whole);
        string[] means = [kind is MethodKind.UaMt or MethodKind.Bcp ? "lossSegmentation" : "lossDice", "lossSdm"];
        for (var iteration = 0; iteration < 2; iteration++)
        {
            var losses = method.Step(loader.Make(iteration), iteration);
            Assert.Equal([$"{means[0]}.3", $"{means[0]}.7", $"{means[1]}.3", $"{means[1]}.7"], losses.OfStructures.Select(one => one.Name));
            foreach (var (mean, own) in means.Zip(losses.OfStructures.Select(one => one.Value).Chunk(2)))
            {
                Assert.Equal(losses[mean], own.Average(), 1e-5);
                Assert.NotEqual(own[0], own[1], 1e-6);
            }
        }
    }

    [Fact]
    public void What_each_structure_has_of_a_loss_is_that_of_its_own_maps_and_has_no_graph_and_of_one_structure_there_is_none()
    {
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            manual_seed(3);
            var (probability, target) = (rand([2, 2, 8, 8, 8]), (rand([2, 2, 8, 8, 8]) > 0.9).to(ScalarType.Float32));
            probability.requires_grad = true;
            var two = Losses(Options.Labels);
            Assert.Equal(["lossDice.3", "lossDice.7", "lossSdm.3", "lossSdm.7"], two.OfStructures.Select(one => one.Name));
            for (var structure = 0; structure < 2; structure++)
            {
                var (own, mask) = (probability.select(1, structure), target.select(1, structure));
                Assert.Equal(DiceLoss.Of(own, mask).item<float>(), two.OfStructures[structure].Value.item<float>(), 1e-6);
                Assert.Equal((own - mask).square().mean().item<float>(), two.OfStructures[2 + structure].Value.item<float>(), 1e-6);
            }

            Assert.True(two.Total.requires_grad);
            Assert.All(two.OfStructures, one => Assert.False(one.Value.requires_grad));
            Assert.Empty(Losses(Options.Labels[..1]).OfStructures);

            PhaseLosses Losses(StructureOptions[] structures) => new SupervisedLoss(Options.Loss, structures).Of(
                "lossDice", of => DiceLoss.Mean(of(probability), of(target)), of => nn.functional.mse_loss(of(probability), of(target)));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void What_each_structure_has_of_a_loss_is_the_mean_over_the_micro_batches()
    {
        var options = Options with { Method = MethodKind.VNetSdm, Crops = Options.Crops with { Labelled = 1 } };
        var loader = new BatchLoader(Dataset(), options, Share.Whole);
        var (first, second, both) = (Losses(0), Losses(1), Losses(0, 1));
        Assert.Equal(4, both.Length);
        Assert.NotEqual(first, second);
        foreach (var (place, value) in both.Index())
            Assert.Equal((first[place] + second[place]) / 2, value, 1e-6);

        double[] Losses(params int[] batches)
        {
            manual_seed(1);
            using var method = TrainingMethod.Create(options, ScalarType.Float32);
            return [.. method.Step([.. batches.Select(number => loader.Make(number))], 0, new Share(World.Alone, batches.Length)).OfStructures.Select(one => one.Value)];
        }
    }

    [Fact]
    public void A_batch_has_the_mask_and_the_distance_map_of_each_structure()
    {
        using var scope = NewDisposeScope();
        var batch = new BatchLoader(Dataset(), Options, Share.Whole).Make(0);
        using var crops = batch.ToTensors(ScalarType.Float32, CPU);
        Assert.Equal([2L, 2, 32, 32, 16], crops.Masks.shape);
        Assert.Equal([2L, 2, 32, 32, 16], crops.Sdms.shape);
        Assert.Equal(0, (crops.Masks.select(1, 0) * crops.Masks.select(1, 1)).sum().item<float>());
        for (var structure = 0; structure < 2; structure++)
        {
            // X is fastest in the arrays and slowest in the tensors.
            var mask = crops.Masks[0, structure].permute(2, 1, 0).contiguous().data<float>().ToArray();
            Assert.Contains(1f, mask);
            var sdm = crops.Sdms[0, structure].permute(2, 1, 0).contiguous().data<float>().ToArray();
            Assert.Equal(SignedDistanceMap.Normalised(Array.ConvertAll(mask, value => (byte)value), batch.Size), sdm);
        }
    }

    [Fact]
    public void The_loss_is_the_mean_of_the_structures_losses_whatever_their_size()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (probability, target) = (rand([2, 3, 8, 8, 8]), (rand([2, 3, 8, 8, 8]) > 0.9).to(ScalarType.Float32));
        var expected = Enumerable.Range(0, 3).Average(structure => DiceLoss.Of(probability.select(1, structure), target.select(1, structure)).item<float>());
        Assert.Equal(expected, DiceLoss.Mean(probability, target).item<float>(), 1e-6);
        var one = probability.narrow(1, 0, 1);
        Assert.Equal(DiceLoss.Of(one, target.narrow(1, 0, 1)).item<float>(), DiceLoss.Mean(one, target.narrow(1, 0, 1)).item<float>());
    }

    [Fact]
    public void Morphology_on_masks_keeps_crops_and_structures_apart()
    {
        using var scope = NewDisposeScope();
        var masks = zeros([2, 2, 16, 16, 16]);
        masks[0, 1, 2..5, 3, 3] = 1;
        masks[0, 1, 9, 9, 9] = 1;
        masks[1, 0, 4, 4, 4..6] = 1;
        masks[1, 0, 9, 9, 9] = 1;
        var kept = MaskTensors.LargestComponents(masks, [1, 1]);
        Assert.Equal(masks.shape, kept.shape);
        Assert.Equal([0f, 3, 2, 0], kept.sum([2, 3, 4]).flatten().data<float>().ToArray());

        // A structure of two pieces keeps both, the other one still one.
        Assert.Equal([0f, 3, 3, 0], MaskTensors.LargestComponents(masks, [2, 1]).sum([2, 3, 4]).flatten().data<float>().ToArray());
        Assert.Equal([0f, 4, 2, 0], MaskTensors.LargestComponents(masks, [1, 0]).sum([2, 3, 4]).flatten().data<float>().ToArray());
    }

    private static TrainingOptions Options { get; } = new()
    {
        Method = MethodKind.Sassnet,
        Labels = [new() { Value = 3, Name = "box" }, new() { Value = 7, Name = "slab" }],
        Network = new() { Filters = 2, DiscriminatorFilters = 2, Dropout = 0 },
        Crops = new() { Sizes = [[Size.X, Size.Y, Size.Z]], Labelled = 2, Unlabelled = 2 },
        Augmentation = new() { Flip = false, Rotate90 = false },
        Loss = new() { RampupLength = 1, RampupInterval = 1 },
        Teacher = new() { Passes = 2 },
    };

    // A box and, beside it, a slab, in noise.
    private static ScanDataset Dataset()
    {
        TrainingScan[] scans = [.. Enumerable.Range(0, 4).Select(Scan)];
        return new ScanDataset(scans[..2], [.. scans[2..].Select(scan => scan with { Mask = null })], []);
    }

    private static TrainingScan Scan(int seed)
    {
        var (random, mask) = (new Random(seed), new byte[Size.Count]);
        for (var z = 2; z < 14; z++)
        {
            for (var y = 4; y < 28; y++)
            {
                for (var x = 4; x < 28; x++)
                    mask[Size.IndexOf(x, y, z)] = x < 16 ? (byte)1 : x < 20 ? (byte)2 : (byte)0;
            }
        }

        return new TrainingScan($"scan-{seed}", Size, Affine.Scaling(VoxelSize.Unit), Array.ConvertAll(mask, label => label + random.NextSingle() - 0.5f), mask);
    }
}
