using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Validation;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Data;

public sealed class GridFitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-thick-").FullName;

    [Theory]
    [InlineData(new[] { 2.5, 2.5, 5 }, new[] { 32, 32, 16 })]
    [InlineData(new[] { 2.5, 2.5, 2.5 }, new[] { 48, 48, 32 })]
    [InlineData(new[] { 5, 5, 10.0 }, new[] { 16, 16, 16 })]
    public void A_grid_and_crops_that_suit_thick_slices_are_not_warned_of(double[] spacing, int[] crop) => Assert.Empty(Warnings(Scans(slices: 20), spacing, crop));

    [Theory]
    [InlineData(new[] { 2.5, 2.5, 1.25 }, new[] { 32, 32, 16 }, "'preprocessing.spacingMm' has 1.25 mm along S, and the scans' voxels measure 5 mm: up to 4 voxels are interpolated from one")]
    [InlineData(new[] { 2.5, 2.5, 12.5 }, new[] { 32, 32, 16 }, "'preprocessing.spacingMm' has 12.5 mm along S, and the scans' voxels measure 5 mm: up to 2.5 of them become one")]
    [InlineData(new[] { 2.5, 2.5, 5 }, new[] { 32, 32, 48 }, "'crops.sizes' has 48 voxels along S, and the scans have 20 at the most: half of such a crop or more is padding, which costs time and teaches nothing. 32 would hold every scan.")]
    [InlineData(new[] { 5, 2.5, 5 }, new[] { 32, 32, 16 }, "'augmentation.rotate90' turns the first axis onto the second, whose voxels measure 5 and 2.5 mm")]
    public void What_does_not_suit_them_is_warned_of_with_the_axis_and_both_values(double[] spacing, int[] crop, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Warnings(Scans(slices: 20), spacing, crop)), StringComparison.Ordinal);

    [Fact]
    public void A_scan_of_fewer_slices_than_the_network_halves_is_padded_trained_on_and_predicted_on_its_own_grid()
    {
        var options = Options([2.5, 2.5, 5], [32, 32, 16]);
        var dataset = ScanDataset.Load(Scans(slices: 9) with { Crops = options.Crops, Preprocessing = options.Preprocessing, Augmentation = options.Augmentation });
        Assert.Empty(GridFit.Warnings(options, dataset));
        var scan = dataset.Labelled[0];
        Assert.Equal(9, scan.Size.Z);

        var batch = new BatchLoader(dataset, options, Share.Whole).Make(0);
        Assert.Equal(new GridSize(32, 32, 16), batch.Size);
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var method = TrainingMethod.Create(options, ScalarType.Float32);
        Assert.True(method.Step(batch, 0).AreFinite);
        var prediction = ScanPrediction.Of(method.Exported, scan, ScalarType.Float32, [new Label(1, "test")], cancellation: TestContext.Current.CancellationToken);
        Assert.InRange(prediction.DiceOf(1), 0, 1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<string> Warnings(TrainingOptions scans, double[] spacing, int[] crop)
    {
        var options = Options(spacing, crop);
        return GridFit.Warnings(options, ScanDataset.Load(options with { Data = scans.Data }));
    }

    private static TrainingOptions Options(double[] spacing, int[] crop) => new()
    {
        Method = MethodKind.VNetSdm,
        Preprocessing = new() { SpacingMm = spacing },
        Network = new() { Filters = 2, Dropout = 0 },
        Crops = new() { Sizes = [crop] },
    };

    // Two phantoms of 2.5 × 2.5 × 5 mm.
    private TrainingOptions Scans(int slices)
    {
        foreach (var folder in (string[])["images", "labels"])
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        foreach (var seed in (ulong[])[1, 2])
        {
            var (image, label) = PhantomGenerator.Generate(seed, new PhantomOptions { Grid = new GridSize(48, 48, 20), VoxelSize = new VoxelSize(2.5, 2.5, 5), MaxShift = 0.05 });
            var box = new GridBox((0, 0, (20 - slices) / 2), new GridSize(48, 48, slices));
            (image, label) = (box.Apply(image, padding: 0), box.Apply(label));
            NiftiWriter.Write(Path.Combine(_folder, "images", $"{seed}.nii.gz"), image, NiftiGeometry.FromAffine(image.Size, image.Affine));
            NiftiWriter.Write(Path.Combine(_folder, "labels", $"{seed}.nii.gz"), label, NiftiGeometry.FromAffine(label.Size, label.Affine));
        }

        File.WriteAllLines(Path.Combine(_folder, "labelled.list"), ["1", "2"]);
        return new TrainingOptions { Method = MethodKind.VNetSdm, Data = new() { Folder = _folder } };
    }
}
