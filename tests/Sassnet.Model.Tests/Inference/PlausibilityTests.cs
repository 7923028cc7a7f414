using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class PlausibilityTests
{
    private static readonly GridSize Size = new(40, 30, 20);

    // Half a ball's radius beside the middle: 8 by 8 by 8 voxels of 2 mm are 4.1 ml.
    private static readonly GridBox Organ = new((10, 11, 6), new GridSize(8, 8, 8));
    private static readonly TrainingRange Range = new(new AxisExtremes([70, 60, 40], [90, 60, 40]), new AxisExtremes([1.5, 1.5, 1.5], [2, 2, 2]), new Extremes(3, 6));

    [Fact]
    public void A_segmentation_like_those_of_training_has_no_warning() => Assert.Empty(Warnings(Organ, Scan()));

    [Fact]
    public void Nothing_found_is_said() => Assert.Equal(["empty-result"], Slugs(null, Scan()));

    [Fact]
    public void A_mask_and_a_distance_map_that_disagree_are_told()
    {
        var warning = Assert.Single(Warnings(Organ, Scan(), agreement: 0.31));
        Assert.Equal("low-agreement", warning.Slug);
        Assert.Contains("0.31", warning.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_in_pieces_is_told_with_their_number()
    {
        var warning = Assert.Single(Warnings(Organ, Scan(), components: 9, share: 0.4));
        Assert.Equal("many-components", warning.Slug);
        Assert.Contains("9 pieces", warning.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RAS", 0, 11, 6, "left")]
    [InlineData("RAS", 32, 11, 6, "right")]
    [InlineData("LPS", 10, 0, 6, "front")]
    [InlineData("LPS", 10, 22, 12, "back, head")]
    [InlineData("RAI", 10, 11, 12, "feet")]
    public void A_result_at_the_end_of_the_scan_is_told_with_the_side_of_the_patient(string orientation, int x, int y, int z, string sides)
    {
        var warning = Assert.Single(Warnings(new GridBox((x, y, z), Organ.Size), Scan(orientation)));
        Assert.Equal("cut-by-border", warning.Slug);
        Assert.Contains($"({sides})", warning.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vessel_that_leaves_the_scan_is_no_organ_that_is_cut()
    {
        var labels = Labels(Organ, Scan());
        for (var x = 0; x < Organ.Start.X; x++)
            labels.Labels[Size.IndexOf(x, 14, 9)] = 1;
        Assert.Empty(Warnings(GridBox.Bounding(labels.Labels, Size), Scan(), labels: labels));
    }

    [Fact]
    public void The_scan_ends_where_its_padding_begins()
    {
        var padded = GridBox.WithMargin(Size, 5).Apply(Scan(), padding: -3);
        Assert.Empty(Warnings(new GridBox((15, 16, 11), Organ.Size), padded));
        Assert.Equal(["cut-by-border"], Slugs(new GridBox((5, 16, 11), Organ.Size), padded));
    }

    [Theory]
    [InlineData(4, 3, 3)]
    [InlineData(20, 20, 16)]
    public void A_volume_far_from_those_of_training_is_told(int x, int y, int z) =>
        Assert.Equal(["implausible-volume"], Slugs(new GridBox((2, 2, 2), new GridSize(x, y, z)), Scan()));

    [Theory]
    [InlineData(5, 2, 2)]
    [InlineData(2, 2, 0.7)]
    public void Voxels_unlike_those_of_training_are_told(double x, double y, double z) =>
        Assert.Contains("voxel-size", Slugs(Organ, Scan(voxel: new VoxelSize(x, y, z))));

    [Fact]
    public void A_field_of_view_unlike_those_of_training_is_told_along_the_models_axes()
    {
        // Twice as long from left to right, which is the third axis of this file.
        var size = new GridSize(20, 30, 80);
        var scan = new Volume(size, Scans.Ellipsoid(size).Voxels, new Affine([0, 0, 2, 0, 0, 2, 0, 0, 2, 0, 0, 0]));
        var warning = Assert.Single(Warnings(new GridBox((6, 11, 10), Organ.Size), scan));
        Assert.Equal("field-of-view", warning.Slug);
        Assert.Contains("160 x 60 x 40 mm", warning.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_without_a_range_has_nothing_to_compare_with() =>
        Assert.Empty(Warnings(new GridBox((2, 2, 2), new GridSize(3, 3, 3)), Scan(voxel: new VoxelSize(5, 5, 5)), range: null));

    [Fact]
    public void The_bundled_phantom_model_warns_of_noise_and_not_of_its_own_phantom()
    {
        var package = ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom"));
        using var segmenter = Segmenter.Load(package, new SegmenterOptions { Device = "cpu", Precision = Precision.Float32 }, NullLogger.Instance);
        var phantom = VolumeFile.Read(Path.Combine(RepositoryFiles.Root, "docs", "phantom.nii.gz"), ct: TestContext.Current.CancellationToken).Volume;
        var random = new Random(5);
        var noise = new Volume(phantom.Size, [.. phantom.Voxels.Select(_ => random.NextSingle())], phantom.Affine);

        Assert.Empty(segmenter.Segment(phantom, new SegmentationRequest(), TestContext.Current.CancellationToken).Warnings);
        Assert.NotEmpty(segmenter.Segment(noise, new SegmentationRequest(), TestContext.Current.CancellationToken).Warnings);
    }

    private static string[] Slugs(GridBox? organ, Volume scan) => [.. Warnings(organ, scan).Select(warning => warning.Slug)];

    private static IReadOnlyList<Warning> Warnings(GridBox? organ, Volume scan, double agreement = 0.95, int components = 2, double share = 0.97, LabelMap? labels = null) =>
        Warnings(organ, scan, Range, agreement, components, share, labels);

    private static IReadOnlyList<Warning> Warnings(GridBox? organ, Volume scan, TrainingRange? range, double agreement = 0.95, int components = 2, double share = 0.97, LabelMap? labels = null)
    {
        var (voxels, voxel) = (organ?.Size.Count ?? 0, scan.VoxelSize.Volume / 1000);
        labels ??= Labels(organ, scan);
        var found = organ is null
            ? new Measurement(labels, 0, 0, double.NaN, double.NaN, 0, 0, null)
            : new Measurement(labels, components, components - 1, share, agreement, voxels, voxels * voxel, organ);
        using var package = TemporaryPackage.Random(preprocessing: new PreprocessingSpecification([2, 2, 2], "RAS", Normalisation.ZScore));
        return Plausibility.Of(package.Package.Manifest with { Range = range }, new ModelGrid(package.Package.Manifest.Preprocessing, scan), [found]);
    }

    private static LabelMap Labels(GridBox? organ, Volume scan)
    {
        var full = Enumerable.Repeat((byte)1, (int)(organ?.Size.Count ?? 1)).ToArray();
        var labels = organ is { } box ? new GridBox((-box.Start.X, -box.Start.Y, -box.Start.Z), scan.Size).Take<byte>(full, box.Size, 0) : new byte[scan.Size.Count];
        return new LabelMap(scan.Size, labels, scan.Affine);
    }

    private static Volume Scan(string orientation = "RAS", VoxelSize? voxel = null)
    {
        var edges = voxel ?? new VoxelSize(2, 2, 2);
        int Sign(int axis) => "RAS".Contains(orientation[axis], StringComparison.Ordinal) ? 1 : -1;
        return new Volume(Size, Scans.Ellipsoid(Size).Voxels, new Affine([Sign(0) * edges.X, 0, 0, 0, 0, Sign(1) * edges.Y, 0, 0, 0, 0, Sign(2) * edges.Z, 0]));
    }
}
