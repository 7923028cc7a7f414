using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using Sassnet.Training.Validation;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Validation;

public sealed class WholeScanTests
{
    private const int Filters = 4;

    private static readonly GridSize Long = new(16, 16, 480);

    [Fact]
    public void A_scan_that_fits_is_one_pass_and_one_that_does_not_comes_in_tiles_that_do()
    {
        var needed = ActivationMemory.OfOnePass(Long, Filters, sizeof(float));
        Assert.Equal((1, false), Shape(needed));
        var tiles = WholeScan.Tiles(Long, Filters, ScalarType.Float32, 1, needed - 1);
        Assert.True(tiles.InSlabs);
        Assert.True(ActivationMemory.OfTiles(Long, tiles.Largest, Filters, sizeof(float)) < needed);

        // Where nothing fits, it is as little as tiles can be at no more than four times the work (144 would be 22 tiles), not one of the whole.
        Assert.Equal((11, true), Shape(1));
        Assert.Equal(new GridSize(16, 16, 160), WholeScan.Tiles(Long, Filters, ScalarType.Float32, 1, 1).Largest);

        static (int Count, bool InSlabs) Shape(long memory) => WholeScan.Tiles(Long, Filters, ScalarType.Float32, 1, memory) is var tiles ? (tiles.Count, tiles.InSlabs) : default;
    }

    [Fact]
    public void A_scan_in_tiles_is_predicted_as_in_one_pass()
    {
        TorchRuntime.Load();
        manual_seed(7);
        using var network = new VNet(Filters);
        network.eval();
        using var folded = new FoldedVNet(network, ScalarType.Float32, network.Device);
        var random = new Random(7);
        var scan = Enumerable.Range(0, (int)Long.Count).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var whole = WholeScan.Predict(folded, Filters, scan, Long, long.MaxValue, TestContext.Current.CancellationToken)[0];
        var parts = WholeScan.Predict(folded, Filters, scan, Long, ActivationMemory.OfTiles(Long, new GridSize(16, 16, 304), Filters, sizeof(float)), TestContext.Current.CancellationToken)[0];
        Assert.InRange(whole.Probability.Zip(parts.Probability, (one, other) => Math.Abs(one - other)).Max(), 0, 1e-3);
        Assert.InRange(whole.Sdm.Zip(parts.Sdm, (one, other) => Math.Abs(one - other)).Max(), 0, 1e-3);
    }
}
