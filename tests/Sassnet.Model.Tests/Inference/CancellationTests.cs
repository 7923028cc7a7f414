using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Volumes;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Model.Tests.Inference;

public class CancellationTests
{
    [Fact]
    public void A_cancelled_request_starts_nothing()
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            segmenter.Segment(Scans.Ellipsoid(new GridSize(20, 20, 20)), new SegmentationRequest(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Inference_stops_between_two_windows_and_leaves_no_tensor()
    {
        using var network = TemporaryPackage.RandomNetwork(2);
        using var folded = new FoldedVNet(network, float32, CPU);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        soon.CancelAfter(TimeSpan.FromMilliseconds(100));

        // 35 937 windows: more than anyone would wait for.
        var size = new GridSize(48, 48, 48);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            WindowedInference.Slide(folded, Scans.Ellipsoid(size).Voxels, size, new GridSize(16, 16, 16), new GridSize(1, 1, 1), 1, soon.Token));

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
