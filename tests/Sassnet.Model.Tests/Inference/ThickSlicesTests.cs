using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Hdf5;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Metrics;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

/// <summary>Scans of few, thick slices, to the packages that come with the service: both work on a grid of equal edges, finer than the slices.</summary>
public class ThickSlicesTests
{
    [Theory]
    [InlineData("RAS", 5, 12)]
    [InlineData("SAR", 5, 12)]
    [InlineData("RAS", 10, 6)]
    public void A_phantom_in_thick_slices_is_segmented_on_its_own_grid_and_its_voxels_are_warned_of(string orientation, double millimetres, int slices)
    {
        var folder = Path.Combine(RepositoryFiles.Root, "docs");
        var (image, label) = Thick(Read(Path.Combine(folder, "phantom.nii.gz")), Labels(Read(Path.Combine(folder, "phantom-label.nii.gz"))), millimetres);
        var turn = new Reorientation(image.Size, image.Affine, Orientation.Parse(orientation));
        (image, label) = (turn.Apply(image), turn.Apply(label));
        Assert.Equal(slices, new[] { image.Size.X, image.Size.Y, image.Size.Z }.Min());
        RequireServed("phantom", image, label, leastDice: 0.85, InferenceMode.Whole, InferenceMode.Window);
    }

    // It learned from slices a quarter as thick, and is the worse for it (docs/adr/0011-thick-slices.md): so the warning.
    [Fact]
    public void A_left_atrium_in_thick_slices_is_segmented_on_its_own_grid_and_its_voxels_are_warned_of()
    {
        var edges = new VoxelSize(0.625, 0.625, 0.625);
        var name = File.ReadLines(RepositoryFiles.Shared("la", "validation.list")).First().Trim();
        var path = RepositoryFiles.Shared("la", name + ".h5");
        var (image, label) = Thick(LeftAtriumFile.ReadImage(path, edges), LeftAtriumFile.ReadLabels(path, edges), 5);
        Assert.Equal(11, image.Size.Z);
        RequireServed("left-atrium", image, label, leastDice: 0.5, InferenceMode.Auto);
    }

    private static void RequireServed(string package, Volume image, LabelMap truth, double leastDice, params InferenceMode[] modes)
    {
        using var segmenter = Segmenter.Load(
            ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", package)), new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        foreach (var mode in modes)
        {
            var result = segmenter.Segment(image, new SegmentationRequest { Mode = mode }, TestContext.Current.CancellationToken);
            Assert.Equal((image.Size, image.Affine), (result.Segmentation.Size, result.Segmentation.Affine));
            Assert.Contains("voxel-size", result.Warnings.Select(warning => warning.Slug));
            Assert.InRange(Overlap.Between(result.Segmentation.Labels, truth.Labels).Dice, leastDice, 1);
        }
    }

    // Each slice is the mean of those that it takes the place of, as a scanner's is.
    private static (Volume Image, LabelMap Label) Thick(Volume image, LabelMap label, double millimetres)
    {
        var edges = new VoxelSize(image.VoxelSize.X, image.VoxelSize.Y, millimetres);
        var thick = Resampler.Resample(image, edges);
        return (thick, new LabelMap(thick.Size, Resampler.Resample(label.Labels, label.Size, label.VoxelSize, thick.Size, edges), thick.Affine));
    }

    private static Volume Read(string path) => VolumeFile.Read(path, ct: TestContext.Current.CancellationToken).Volume;

    private static LabelMap Labels(Volume volume) => new(volume.Size, Array.ConvertAll(volume.Voxels, value => (byte)value), volume.Affine);
}
