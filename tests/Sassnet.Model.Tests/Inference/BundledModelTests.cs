using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Hdf5;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Metrics;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class BundledModelTests
{
    [Fact]
    public void Bfloat16_and_float32_draw_the_same_mask_on_a_real_scan()
    {
        var list = RepositoryFiles.Shared("la", "validation.list");
        var scan = RepositoryFiles.Shared("la", File.ReadLines(list).First().Trim() + ".h5");
        var input = LeftAtriumFile.ReadImage(scan, new VoxelSize(0.625, 0.625, 0.625));
        var package = ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "left-atrium"));

        var (exact, rounded) = (Mask(package, Precision.Float32, input), Mask(package, Precision.BFloat16, input));

        Assert.InRange(Overlap.Between(rounded, exact).Dice, 0.995, 1);
    }

    private static byte[] Mask(ModelPackage package, Precision precision, Volume input)
    {
        using var segmenter = Segmenter.Load(package, new SegmenterOptions { Device = "cpu", Precision = precision }, NullLogger.Instance);
        return segmenter.Segment(input, new SegmentationRequest(), TestContext.Current.CancellationToken).Segmentation.Labels;
    }
}
