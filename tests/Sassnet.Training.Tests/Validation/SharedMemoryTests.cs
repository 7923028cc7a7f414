using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Sassnet.Training.Validation;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Validation;

public sealed class SharedMemoryTests
{
    private const int Filters = 4;

    [Fact]
    public void Processes_that_share_a_machine_share_its_memory_and_take_tiles_where_one_pass_of_each_would_not_fit()
    {
        TorchRuntime.Load();
        manual_seed(7);
        using var network = new VNet(Filters);
        network.eval();
        using var folded = new FoldedVNet(network, ScalarType.Float32, network.Device);
        var (size, random) = (new GridSize(16, 16, 480), new Random(7));
        var scan = new TrainingScan("noise", size, Affine.Scaling(VoxelSize.Unit), [.. Enumerable.Range(0, (int)size.Count).Select(_ => (float)(random.NextDouble() - 0.5))], null);
        Assert.Equal(Sdm(long.MaxValue), ScanPrediction.Of(network, scan, ScalarType.Float32, [new Label(1, "test")], cancellation: TestContext.Current.CancellationToken).Sdms[0]);

        // So many that nothing is left to each.
        Assert.Equal(Sdm(0), ScanPrediction.Of(network, scan, ScalarType.Float32, [new Label(1, "test")], int.MaxValue, TestContext.Current.CancellationToken).Sdms[0]);
        Assert.NotEqual(Sdm(long.MaxValue), Sdm(0));

        float[] Sdm(long memory) => WholeScan.Predict(folded, Filters, scan.Image, size, memory, TestContext.Current.CancellationToken)[0].Sdm;
    }
}
