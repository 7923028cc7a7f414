using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class CaseFilesTests : IDisposable
{
    private static readonly GridSize Size = new(10, 8, 6);
    private static readonly Affine Placed = new([0.5, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 2, 5]);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-cases-").FullName;

    [Fact]
    public void A_label_that_lies_on_its_image_is_read()
    {
        var mask = Read(Placed, Size);
        Assert.Equal(1, mask.Labels[0]);
        Assert.Equal(0, mask.Labels[1]);
    }

    [Fact]
    public void What_headers_round_is_accepted() => Assert.Equal(1, Read(new([0.5, 0, 0, -10.04, 0, 0.5, 0, -20, 0, 0, 2, 5]), Size).Labels[0]);

    [Theory]
    [InlineData(0.5, -10.25, "0.25 mm", "half a voxel off")]
    [InlineData(-0.5, -10, "9 mm", "mirrored")]
    [InlineData(0.52, -10, "0.18 mm", "a little larger")]
    public void A_label_that_lies_elsewhere_is_refused_with_the_distance(double scale, double offset, string seen, string how)
    {
        var error = Assert.Throws<InvalidVolumeException>(() => Read(new([scale, 0, 0, offset, 0, 0.5, 0, -20, 0, 0, 2, 5]), Size));
        Assert.True(error.Message.Contains(seen, StringComparison.Ordinal) && error.Message.Contains("0.05 mm", StringComparison.Ordinal), $"{how}: {error.Message}");
    }

    [Fact]
    public void A_label_of_another_grid_is_refused_with_both()
    {
        var error = Assert.Throws<InvalidVolumeException>(() => Read(Placed, new GridSize(10, 8, 7)));
        Assert.Contains("10x8x7", error.Message, StringComparison.Ordinal);
        Assert.Contains("10x8x6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Structures_are_numbered_in_their_order_and_a_label_without_any_of_them_is_refused()
    {
        Write("a", 9, 4, 5, 1);
        var files = new CaseFiles(_folder, VoxelSize.Unit);
        var image = files.ReadImage("a").Volume;
        Assert.Equal((byte[])[2, 1, 1, 0, 0], files.ReadStructures("a", image, [[4, 5], [9]]).Numbers.Labels[..5]);
        Assert.Equal((byte[])[2, 1, 1, 0, 0], files.ReadStructures("a", image, [[4, 5, 4], [9]]).Numbers.Labels[..5]);
        Assert.Equal((byte[])[0, 1, 1, 0, 0], files.ReadStructures("a", image, [[4, 5], [6, 7]]).Numbers.Labels[..5]);
        var error = Assert.Throws<InvalidConfigurationException>(() => files.ReadStructures("a", image, [[6, 7], [8]]));
        Assert.Contains("The label of a has no voxel of value 6 or 7 or 8; it has 0 in 476 voxels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_no_structure_come_with_the_label_each_once()
    {
        Write("a", 9, 4, 4, 1, 9);
        var files = new CaseFiles(_folder, VoxelSize.Unit);
        var image = files.ReadImage("a").Volume;
        Assert.Equal([9f, 1f], files.ReadStructures("a", image, [[4]]).OtherValues);
        Assert.Empty(files.ReadStructures("a", image, [[4, 1], [9]]).OtherValues);
    }

    [Fact]
    public void Cases_that_lack_a_structure_are_usable_and_told_also_where_all_lack_it()
    {
        Write("a", 4, 1);
        Write("b", 9, 4);
        Write("c", 4);
        var files = new CaseFiles(_folder, VoxelSize.Unit);
        var usable = RequireUsable([4], [9]);
        Assert.Equal([("a", "1"), ("b", "1 2"), ("c", "1")], usable.Cases.Select(one => (one.Name, string.Join(' ', one.Structures))));
        Assert.Equal(1, Assert.Single(usable.OtherValues).Value);
        Assert.All(RequireUsable([4], [7]).Cases, one => Assert.Equal(1, Assert.Single(one.Structures)));
        var error = Assert.Throws<InvalidConfigurationException>(() => RequireUsable([7], [8]));
        Assert.Contains("The label of a has no voxel of value 7 or 8; it has 0 in 478 voxels and 4 in 1 voxel and 1 in 1 voxel. Name what is foreground", error.Message, StringComparison.Ordinal);

        UsableCases RequireUsable(params int[][] structures) => files.RequireUsable(
            ["a", "b", "c"], structures, new PreprocessingSpecification([1, 1, 1], "RAS", Normalisation.ZScore), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void What_is_odd_about_a_file_comes_with_what_was_read_of_it()
    {
        Write("clean", 4);
        Write("odd", 4);
        var scans = new RawScans(_folder);
        scans.MoveQform(Path.Combine("images", "odd.nii.gz"));
        scans.SpoilScaling(Path.Combine("labels", "odd.nii.gz"));
        var files = new CaseFiles(_folder, VoxelSize.Unit);
        var (clean, odd) = (files.ReadImage("clean"), files.ReadImage("odd"));
        Assert.Empty(clean.Warnings);
        Assert.Empty(files.ReadStructures("clean", clean.Volume, [[4]]).Warnings);
        Assert.Equal("qform-differs", Assert.Single(odd.Warnings).Slug);
        Assert.Equal("scaling-ignored", Assert.Single(files.ReadStructures("odd", odd.Volume, [[4]]).Warnings).Slug);
        Assert.Equal(
            [
                "odd: The image: qform and sform place the volume differently; the sform is used.",
                "odd: The label: scl_slope is NaN, not a number to scale by; the stored values are used as they are.",
            ],
            files.RequireUsable(["clean", "odd"], [[4]], new PreprocessingSpecification([1, 1, 1], "RAS", Normalisation.ZScore), TestContext.Current.CancellationToken).Warnings);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A case whose label begins with these values.
    private void Write(string name, params byte[] values)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        Directory.CreateDirectory(Path.Combine(_folder, "labels"));
        var geometry = NiftiGeometry.FromAffine(Size, Placed);
        NiftiWriter.Write(Path.Combine(_folder, "images", name + ".nii.gz"), new Volume(Size, [.. Enumerable.Range(0, (int)Size.Count).Select(i => (float)(1 + (i % 7)))], Placed), geometry);
        NiftiWriter.Write(Path.Combine(_folder, "labels", name + ".nii.gz"), new LabelMap(Size, [.. values, .. new byte[Size.Count - values.Length]], Placed), geometry);
    }

    private LabelMap Read(Affine labelAffine, GridSize labelSize)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        Directory.CreateDirectory(Path.Combine(_folder, "labels"));
        NiftiWriter.Write(Path.Combine(_folder, "images", "a.nii.gz"), new Volume(Size, new float[Size.Count], Placed), NiftiGeometry.FromAffine(Size, Placed));
        var labels = new byte[labelSize.Count];
        labels[0] = 3;
        NiftiWriter.Write(Path.Combine(_folder, "labels", "a.nii.gz"), new LabelMap(labelSize, labels, labelAffine), NiftiGeometry.FromAffine(labelSize, labelAffine));
        var files = new CaseFiles(_folder, VoxelSize.Unit);
        return files.ReadStructures("a", files.ReadImage("a").Volume, [[3]]).Numbers;
    }
}
