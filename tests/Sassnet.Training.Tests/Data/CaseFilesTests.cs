using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class CaseFilesTests : IDisposable
{
    private static readonly GridSize Size = new(4, 3, 2);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-cases-").FullName;

    [Theory]
    [InlineData(new[] { 1 }, 1)]
    [InlineData(new[] { 7 }, 3)]
    [InlineData(new[] { 1, 7, 200 }, 6)]
    public void Every_value_of_the_foreground_counts_and_no_other(int[] foreground, int expected)
    {
        Write("images", "a", new float[Size.Count]);
        var labels = new float[Size.Count];
        (labels[0], labels[5], labels[6], labels[7], labels[22], labels[23]) = (1, 7, 7, 7, 200, 200);
        Write("labels", "a", labels);
        var files = new CaseFiles(_folder, VoxelSize.Unit);
        Assert.Equal(expected, files.ReadMask("a", files.ReadImage("a"), foreground).Labels.Sum(label => label));
    }

    [Fact]
    public void A_case_that_is_not_there_says_which_files_were_looked_for()
    {
        var failure = Assert.Throws<InvalidConfigurationException>(() => new CaseFiles(_folder, VoxelSize.Unit).ReadImage("a"));
        Assert.Contains("a.h5", failure.Message, StringComparison.Ordinal);
        Assert.Contains("images/a.nii.gz", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_names_no_case_twice()
    {
        File.WriteAllText(Path.Combine(_folder, "a.list"), "one\ntwo\none\n");
        var failure = Assert.Throws<InvalidConfigurationException>(() => new CaseFiles(_folder, VoxelSize.Unit).List("a.list"));
        Assert.Contains("one more than once", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string kind, string name, float[] voxels)
    {
        Directory.CreateDirectory(Path.Combine(_folder, kind));
        var volume = new Volume(Size, voxels, Affine.Scaling(VoxelSize.Unit));
        NiftiWriter.Write(Path.Combine(_folder, kind, name + ".nii.gz"), volume, VolumeGeometry.FromAffine(Size, volume.Affine));
    }
}
