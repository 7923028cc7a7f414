using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Runs;

public sealed class AveragedWeightsTests : IDisposable
{
    private const int Steps = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-average-").FullName;

    [Fact]
    public void What_is_trained_does_not_depend_on_whether_its_mean_is_kept()
    {
        using var scope = NewDisposeScope();
        using var plain = Trained(decay: 0);
        using var averaged = Trained(decay: 0.9);
        foreach (var (name, network) in plain.Networks)
            AssertEqual(network, averaged.Networks[name]);
        Assert.Same(plain.Network, plain.Exported);
        Assert.False(Weight(averaged.Network).allclose(Weight(averaged.Exported), atol: 1e-5));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void What_is_exported_of_either_kind_of_checkpoint_is_the_mean_where_there_is_one(double decay)
    {
        using var scope = NewDisposeScope();
        using var method = Trained(decay);
        var (whole, best) = (Path.Combine(_folder, "whole.safetensors"), Path.Combine(_folder, "best.safetensors"));
        Checkpoint.Save(whole, method, new CheckpointMetadata(Steps));
        Checkpoint.SaveNetwork(best, method, new CheckpointMetadata(Steps));
        foreach (var path in (string[])[whole, best])
        {
            using var file = SafetensorsFile.Open(path);
            using var network = new VNet(2);
            Checkpoint.LoadNetwork(file, network);
            AssertEqual(method.Exported, network);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TrainingMethod Trained(double decay)
    {
        var options = new TrainingOptions { Network = new() { Filters = 2, DiscriminatorFilters = 2 }, Ema = new() { Decay = decay } };
        var (size, random) = (new GridSize(16, 16, 16), new Random(1));
        var mask = new float[size.Count];
        Array.Fill(mask, 1, 0, mask.Length / 3);
        float[][] images = [.. Enumerable.Range(0, 4).Select(_ => Array.ConvertAll(mask, label => label + random.NextSingle()))];
        var batch = new Batch(size, ["a", "b", "c", "d"], images, [mask, mask], [mask, mask]);
        manual_seed(1);
        var method = TrainingMethod.Create(options, ScalarType.Float32);
        for (var iteration = 0; iteration < Steps; iteration++)
            method.Step(batch, iteration);
        return method;
    }

    private static Tensor Weight(VNet network) => network.state_dict()["block_three.conv.0.weight"];

    private static void AssertEqual(nn.Module expected, nn.Module actual)
    {
        var state = actual.state_dict();
        Assert.All(expected.state_dict(), pair => Assert.True(pair.Value.to(ScalarType.Float32).allclose(state[pair.Key].to(ScalarType.Float32)), pair.Key));
    }
}
