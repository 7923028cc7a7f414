using Sassnet.Model.Nifti;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class TinyLabelTests : IDisposable
{
    private static readonly GridSize Size = new(32, 32, 32);
    private static readonly Affine Affine = Affine.Scaling(VoxelSize.Unit);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-tiny-").FullName;

    [Theory]
    [InlineData(1, null)]
    [InlineData(4, "Nothing of the label of a is left at 'preprocessing.spacingMm' [4, 4, 4]; accepted: voxels that the label fills more than half of. Make 'preprocessing.spacingMm' finer, or leave the case out.")]
    public void A_label_that_vanishes_between_the_voxels_of_the_network_is_an_error(double spacing, string? expected)
    {
        var labels = new byte[Size.Count];
        labels[(16 * 32 * 32) + (16 * 32) + 16] = 1;
        foreach (var folder in (string[])["images", "labels"])
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        var geometry = NiftiGeometry.FromAffine(Size, Affine);
        NiftiWriter.Write(Path.Combine(_folder, "images", "a.nii.gz"), new Volume(Size, [.. Enumerable.Range(0, (int)Size.Count).Select(i => (float)(1 + (i % 7)))], Affine), geometry);
        NiftiWriter.Write(Path.Combine(_folder, "labels", "a.nii.gz"), new LabelMap(Size, labels, Affine), geometry);
        File.WriteAllText(Path.Combine(_folder, "labelled.list"), "a");
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

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
