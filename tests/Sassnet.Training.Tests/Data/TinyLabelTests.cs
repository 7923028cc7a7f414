using Sassnet.Model.Nifti;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class TinyLabelTests : IDisposable
{
    private static readonly GridSize Size = new(32, 32, 32);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-tiny-").FullName;

    [Theory]
    [InlineData(1, null)]
    [InlineData(4, "Nothing of the label of a is left at 'preprocessing.spacingMm' [4, 4, 4]; accepted: voxels that the label fills more than half of. Make 'preprocessing.spacingMm' finer, or leave the case out.")]
    public void A_label_that_vanishes_between_the_voxels_of_the_network_is_an_error(double spacing, string? expected)
    {
        Write(VoxelSize.Unit, (16, 1));
        var options = new TrainingOptions
        {
            Method = MethodKind.VNet,
            Data = new() { Folder = _folder },
            Preprocessing = new() { SpacingMm = [spacing, spacing, spacing] },
        };
        var failure = Record.Exception(() => ScanDataset.Load(options));
        Assert.Contains(expected ?? "", failure?.Message ?? "", StringComparison.Ordinal);
        Assert.Equal(expected is null ? null : typeof(InvalidConfigurationException), failure?.GetType());
    }

    [Fact]
    public void The_volumes_of_a_label_of_one_small_voxel_are_above_0_as_a_package_has_them()
    {
        Write(new VoxelSize(0.5, 0.5, 0.5), (10, 1), (20, 2), (21, 2));
        var range = ScanDataset.Load(new TrainingOptions
        {
            Method = MethodKind.VNet,
            Data = new() { Folder = _folder },
            Labels = [new() { Value = 1, Name = "gallbladder" }, new() { Value = 2, Name = "spleen" }],
            Preprocessing = new() { SpacingMm = [0.5, 0.5, 0.5] },
        }).Range!;
        Assert.Equal([0.000125, 0.00025], range.LabelVolumesMl!.Select(volume => Math.Round(volume.Min, 9)));
        Assert.Equal(0.000375, Math.Round(range.VolumeMl.Min, 9));
        Assert.Equal([16.0, 16.0, 16.0], range.FieldOfViewMm.Max);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The case a, with the labels in voxels of the middle row of its middle slice.
    private void Write(VoxelSize edges, params (int X, byte Value)[] labelled)
    {
        var (labels, affine) = (new byte[Size.Count], Affine.Scaling(edges));
        foreach (var (x, value) in labelled)
            labels[Size.IndexOf(x, 16, 16)] = value;
        foreach (var folder in (string[])["images", "labels"])
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        var geometry = NiftiGeometry.FromAffine(Size, affine);
        NiftiWriter.Write(Path.Combine(_folder, "images", "a.nii.gz"), new Volume(Size, [.. Enumerable.Range(0, (int)Size.Count).Select(i => (float)(1 + (i % 7)))], affine), geometry);
        NiftiWriter.Write(Path.Combine(_folder, "labels", "a.nii.gz"), new LabelMap(Size, labels, affine), geometry);
        File.WriteAllText(Path.Combine(_folder, "labelled.list"), "a");
    }
}
