using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Preparation;
using Sassnet.Training.Preparation.Raw;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class DuplicatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-duplicates-").FullName;
    private readonly RawScans _raw;

    public DuplicatesTests()
    {
        _raw = new RawScans(_folder);
        _raw.WriteSeries("series", 1, "series_label.nii.gz");
    }

    private Volume Series => RawVolume.Read(Path.Combine(_folder, "series"), TestContext.Current.CancellationToken).Volume;

    // The second axis the other way round is how ITK, and so ITK-SNAP, 3D Slicer and SimpleITK, write an axial series that is read here as LAS.
    [Theory]
    [InlineData("LAS")]
    [InlineData("LPS")]
    [InlineData("LAI")]
    [InlineData("LPI")]
    [InlineData("RAS")]
    [InlineData("SAR")]
    [InlineData("PIL")]
    public void A_series_and_its_copy_as_NIfTI_along_any_axes_are_one_scan(string code)
    {
        var series = Series;
        _raw.Write("copy.nii.gz", new Reorientation(series.Size, series.Affine, Orientation.Parse(code)).Apply(series));
        var cases = Marked("copy", "series");
        Assert.Equal(["The image has the same voxels as series; accepted: every scan once."], cases[0].Faults);
        Assert.Empty(cases[1].Faults);
    }

    [Fact]
    public void A_copy_that_lost_its_header_is_found_by_the_order_of_its_voxels()
    {
        var series = Series;
        var turned = new Reorientation(series.Size, series.Affine, Orientation.Parse("PIL")).Apply(series);
        _raw.Write("turned.nii.gz", turned);
        _raw.Write("bare.nii.gz", new Volume(turned.Size, turned.Voxels, Affine.Scaling(VoxelSize.Unit)));
        var cases = Marked("bare", "series", "turned");
        Assert.Empty(cases[1].Faults);
        InspectedCase[] copies = [cases[0], cases[2]];
        Assert.All(copies, inspected => Assert.Equal(["The image has the same voxels as series; accepted: every scan once."], inspected.Faults));
    }

    [Fact]
    public void Another_scan_and_one_that_differs_in_a_voxel_are_none()
    {
        var series = Series;
        var changed = new Reorientation(series.Size, series.Affine, Orientation.Parse("LPS")).Apply(series);
        changed.Voxels[100]++;
        _raw.Write("changed.nii.gz", changed);
        _raw.WriteFlat("other", 2, null);
        Assert.All(Marked("changed", "other", "series"), inspected => Assert.Empty(inspected.Faults));
    }

    [Fact]
    public void A_scan_that_is_the_mirror_image_of_another_is_another()
    {
        var series = Series;
        var mirrored = new Reorientation(series.Size, series.Affine, Orientation.Parse("RAS")).Apply(series);
        _raw.Write("mirrored.nii.gz", new Volume(series.Size, mirrored.Voxels, series.Affine));
        Assert.All(Marked("mirrored", "series"), inspected => Assert.Empty(inspected.Faults));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IReadOnlyList<InspectedCase> Marked(params string[] names) => Duplicates.Marked([.. names.Select(name => Inspect(name, names))]);

    private InspectedCase Inspect(string name, string[] names)
    {
        var series = Path.Combine(_folder, name);
        var raw = Directory.Exists(series)
            ? new RawCase(name, series, series + "_label.nii.gz")
            : new RawCase(name, series + ".nii.gz", null);
        return new CaseInspection(new LabelInspection([new LabelledStructure("foreground", [1])], []), names).Run(raw, TestContext.Current.CancellationToken);
    }
}
