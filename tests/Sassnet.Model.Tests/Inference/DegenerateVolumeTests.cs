using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using TorchSharp;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class DegenerateVolumeTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1)]
    [InlineData(40, 35, 1, 1, 1, 1)]
    [InlineData(1, 30, 20, 1, 1, 1)]
    [InlineData(5, 4, 3, 1, 1, 1)]
    [InlineData(64, 64, 3, 0.3, 0.3, 12)]
    [InlineData(60, 50, 40, 0.001, 0.001, 0.001)]
    [InlineData(300, 2, 2, 0.5, 20, 20)]
    public void Thin_small_and_anisotropic_volumes_are_answered_on_their_grid(int x, int y, int z, double dx, double dy, double dz)
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        var input = Scans.Ellipsoid(new GridSize(x, y, z), new VoxelSize(dx, dy, dz));
        foreach (var mode in (InferenceMode[])[InferenceMode.Whole, InferenceMode.Window])
        {
            var result = segmenter.Segment(input, new SegmentationRequest(mode), TestContext.Current.CancellationToken);
            Assert.Equal(input.Size, result.Segmentation.Size);
            Assert.All(result.Maps[0].Probability.Voxels, value => Assert.InRange(value, 0, 1));
        }
    }

    [Theory]
    [InlineData(Normalisation.ZScore)]
    [InlineData(Normalisation.RobustZScore)]
    public void A_constant_image_is_answered(Normalisation normalisation)
    {
        using var package = TemporaryPackage.Random(preprocessing: new PreprocessingSpecification([1, 1, 1], "RAS", normalisation));
        using var segmenter = package.Load();
        var size = new GridSize(20, 18, 17);
        var voxels = new float[size.Count];
        Array.Fill(voxels, 1e30f);
        var result = segmenter.Segment(new Volume(size, voxels, Affine.Scaling(VoxelSize.Unit)), new SegmentationRequest(), TestContext.Current.CancellationToken);
        Assert.All(result.Maps[0].Probability.Voxels, value => Assert.InRange(value, 0, 1));
    }

    [Theory]
    [InlineData(1e-40f)]
    [InlineData(1e-38f)]
    [InlineData(8e35f)]
    public void Finite_extremes_are_answered_as_the_same_scan_in_another_unit(float unit)
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        var input = Scans.Ellipsoid(new GridSize(24, 22, 18));
        var extreme = new Volume(input.Size, Array.ConvertAll(input.Voxels, voxel => voxel * unit), input.Affine);
        var expected = segmenter.Segment(input, new SegmentationRequest(), TestContext.Current.CancellationToken).Maps[0].Probability.Voxels;
        var seen = segmenter.Segment(extreme, new SegmentationRequest(), TestContext.Current.CancellationToken).Maps[0].Probability.Voxels;
        Assert.InRange(expected.Zip(seen, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-3f);
    }

    [Fact]
    public void An_answer_that_is_no_number_is_refused()
    {
        using var network = TemporaryPackage.RandomNetwork(2);
        using (torch.no_grad())
            network.state_dict()["out_conv2.weight"].fill_(float.PositiveInfinity);
        using var package = new TemporaryPackage(network, new InferenceSpecification([32, 32, 16], [16, 16, 8], new Dictionary<string, double>()));
        using var segmenter = package.Load();
        var input = Scans.Ellipsoid(new GridSize(24, 22, 18));
        var failure = Assert.Throws<InvalidVolumeException>(() => segmenter.Segment(input, new SegmentationRequest(), TestContext.Current.CancellationToken));
        Assert.Equal((InvalidVolumeKind.NotServable, "intensities"), (failure.Kind, failure.Slug));
        Assert.Contains("no number", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 50.0)]
    [InlineData(60, 1e7)]
    public void A_volume_that_would_be_huge_at_the_models_voxel_size_is_refused_by_its_geometry(int side, double edge)
    {
        using var package = TemporaryPackage.Random();
        using var segmenter = package.Load();
        var input = Scans.Ellipsoid(new GridSize(side, side, side), new VoxelSize(edge, edge, edge));
        var failure = Assert.Throws<InvalidVolumeException>(() =>
            segmenter.Segment(input, new SegmentationRequest(), TestContext.Current.CancellationToken));
        Assert.Equal((InvalidVolumeKind.NotServable, "geometry"), (failure.Kind, failure.Slug));
        Assert.Contains(FormattableString.Invariant($"{edge:G4} x"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("67108864", failure.Message, StringComparison.Ordinal);
    }
}
