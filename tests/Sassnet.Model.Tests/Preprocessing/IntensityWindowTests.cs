using System.Text.Json.Nodes;
using Sassnet.Model.Inference;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Tests.Inference;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Preprocessing;

public sealed class IntensityWindowTests
{
    private static readonly GridSize Size = new(32, 24, 20);

    // Air, fat, water, blood with contrast medium, bone, metal.
    private static readonly (float Hu, float Expected)[] Tissues = [(-1000, -1), (-100, -1), (0, -0.5f), (100, 0), (200, 0.5f), (300, 1), (1200, 1), (30_000, 1)];

    [Fact]
    public void Hounsfield_units_become_the_same_numbers_in_every_scan()
    {
        var scan = new Volume(Size, [.. Enumerable.Range(0, (int)Size.Count).Select(i => Tissues[i % Tissues.Length].Hu)], Affine.Scaling(VoxelSize.Unit));
        float[] before = [.. scan.Voxels];
        var prepared = PreparedScan.Of(scan, Window(1, -100, 300));
        Assert.Equal(Enumerable.Range(0, (int)Size.Count).Select(i => Tissues[i % Tissues.Length].Expected), prepared.Image.Voxels);
        Assert.Equal(before, scan.Voxels);
    }

    [Theory]
    [InlineData(30_000f)]
    [InlineData(3e38f)]
    public void Metal_moves_no_voxel_but_those_that_it_lies_in(float metal)
    {
        var scan = Scans.Ellipsoid(Size);
        var clean = PreparedScan.Of(scan, Window(2, -100, 300)).Image;
        float[] voxels = [.. scan.Voxels];
        voxels[scan.Size.IndexOf(16, 12, 10)] = metal;
        var marred = PreparedScan.Of(new Volume(scan.Size, voxels, scan.Affine), Window(2, -100, 300)).Image;
        var moved = Enumerable.Range(0, marred.Voxels.Length).Count(i => marred.Voxels[i] != clean.Voxels[i]);
        Assert.InRange(moved, 1, 8);
        Assert.All(marred.Voxels, voxel => Assert.InRange(voxel, -1, 1));
    }

    [Fact]
    public void A_scan_without_a_voxel_in_the_window_is_refused_with_what_was_seen()
    {
        var scan = new Volume(Size, [.. Enumerable.Range(0, (int)Size.Count).Select(i => 2000f + (i % 100))], Affine.Scaling(VoxelSize.Unit));
        var failure = Assert.Throws<InvalidVolumeException>(() => PreparedScan.Of(scan, Window(1, -100, 300)));
        Assert.Contains("reach from 2000 to 2099, and none lies within -100 to 300", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_with_a_window_is_served()
    {
        using var package = TemporaryPackage.Random(preprocessing: Window(1, -100, 300));
        var path = Path.Combine(package.Package.Folder, ModelPackage.ManifestFile);
        Assert.Contains("\"normalisation\": \"ct-window\"", File.ReadAllText(path), StringComparison.Ordinal);
        using var segmenter = package.Load();
        Assert.Equal(Size, segmenter.Segment(Scans.Ellipsoid(Size), new SegmentationRequest(), TestContext.Current.CancellationToken).Segmentation.Size);
    }

    [Theory]
    [InlineData("ct-window", null)]
    [InlineData("ct-window", "[300, -100]")]
    [InlineData("ct-window", "[100]")]
    [InlineData("zscore", "[-100, 300]")]
    public void A_window_that_is_missing_wrong_or_of_another_normalisation_is_refused(string normalisation, string? window)
    {
        using var package = TemporaryPackage.Random();
        var path = Path.Combine(package.Package.Folder, ModelPackage.ManifestFile);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest["preprocessing"]!["normalisation"] = normalisation;
        if (window is not null)
            manifest["preprocessing"]!["windowHu"] = JsonNode.Parse(window);
        File.WriteAllText(path, manifest.ToJsonString());
        Assert.Contains("'preprocessing.windowHu'", Assert.Throws<InvalidPackageException>(() => ModelPackage.Open(package.Package.Folder)).Message, StringComparison.Ordinal);
    }

    private static PreprocessingSpecification Window(double spacing, double lower, double upper) =>
        new([spacing, spacing, spacing], "RAS", Normalisation.CtWindow, [lower, upper]);
}
