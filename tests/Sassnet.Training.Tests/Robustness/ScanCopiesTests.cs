using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Robustness;
using Xunit;

namespace Sassnet.Training.Tests.Robustness;

public sealed class ScanCopiesTests
{
    // As small as any of the LA benchmark's, which published figures are of.
    private static readonly GridSize Cardiac = new(148, 132, 88);
    private static readonly VoxelSize CardiacEdges = new(0.625, 0.625, 0.625);

    // A dozen slices, as of an abdomen.
    private static readonly GridSize Few = new(320, 280, 12);
    private static readonly VoxelSize FewEdges = new(0.8, 0.8, 5);

    [Theory]
    [InlineData(Normalisation.RobustZScore)]
    [InlineData(Normalisation.ZScore)]
    public void Of_cardiac_MR_all_are_made_which_published_figures_are_of(Normalisation normalisation)
    {
        var copies = ScanCopies.Of(Cardiac, CardiacEdges, normalisation);
        Assert.Empty(copies.Unmade);
        Assert.Equal(
            [
                "as it is: as it is",
                "rescaled: x 0.1 + 0", "rescaled: x 4 + 0", "rescaled: x 1 + 1000", "rescaled: x 3 + -200",
                "resampled: 0.625 x 0.625 x 1.25 mm",
                "axes permuted and flipped: RAS", "axes permuted and flipped: SAR", "axes permuted and flipped: PIR", "axes permuted and flipped: ASL",
                "shifted: 20, 0, 0 voxels", "shifted: -20, 0, 0 voxels", "shifted: 0, 20, 0 voxels",
                "shifted: 0, -20, 0 voxels", "shifted: 0, 0, 20 voxels", "shifted: 0, 0, -20 voxels",
                "cropped: -10 voxels",
                "padded: 30 voxels",
            ],
            copies.Made.Select(Told));
    }

    [Fact]
    public void Where_the_package_looks_at_Hounsfield_units_no_copy_has_others()
    {
        var copies = ScanCopies.Of(Cardiac, CardiacEdges, Normalisation.CtWindow);
        Assert.Equal(["x 0.1 + 0", "x 4 + 0", "x 1 + 1000", "x 3 + -200"], copies.Unmade.Select(one => one.Copy.Name));
        Assert.Contains("Hounsfield units", Assert.Single(copies.Unmade.Select(one => one.Why).Distinct()), StringComparison.Ordinal);
        Assert.Equal(ScanCopies.Of(Cardiac, CardiacEdges, Normalisation.RobustZScore).Made.Where(copy => copy.Kind != "rescaled").Select(Told), copies.Made.Select(Told));
    }

    [Fact]
    public void No_more_than_a_quarter_of_an_axis_leaves_the_frame_and_the_name_says_how_much()
    {
        var made = ScanCopies.Of(Few, FewEdges, Normalisation.RobustZScore).Made;
        Assert.Equal(
            ["20, 0, 0 voxels", "-20, 0, 0 voxels", "0, 20, 0 voxels", "0, -20, 0 voxels", "0, 0, 3 voxels", "0, 0, -3 voxels"],
            made.Where(copy => copy.Kind == "shifted").Select(copy => copy.Name));
        var cropped = made.Single(copy => copy.Kind == "cropped");
        Assert.Equal("-10, -10, -1 voxels", cropped.Name);

        var affine = Affine.Scaling(FewEdges);
        var (image, label) = cropped.Make(new Volume(Few, [.. Enumerable.Range(0, (int)Few.Count).Select(index => (float)index)], affine), new LabelMap(Few, new byte[Few.Count], affine));
        Assert.Equal((new GridSize(300, 260, 10), image.Size), (image.Size, label.Size));
        Assert.Equal((float)Few.IndexOf(10, 10, 1), image.Voxels[0]);
        Assert.Equal(affine.Apply(10, 10, 1), image.Affine.Apply(0, 0, 0));
    }

    [Theory]
    [InlineData(0.625, 0.625, 0.625, "0.625 x 0.625 x 1.25 mm")]
    [InlineData(0.625, 0.625, 1.0, "0.625 x 0.625 x 1.25 mm")]
    [InlineData(1.4, 1.4, 1.4, "1.4 x 1.4 x 2.8 mm")]
    [InlineData(0.7, 0.7, 1.0, "0.7 x 0.7 x 1.4 mm")]
    [InlineData(1.0, 0.7, 0.7, "1.4 x 0.7 x 0.7 mm")]
    [InlineData(0.9, 0.9, 0.6, "0.9 x 0.9 x 1.8 mm")]
    [InlineData(0.8000001, 0.8, 0.7999999, "0.8 x 0.8 x 1.6 mm")]
    public void The_resampled_copy_has_slices_twice_as_thick_as_a_voxel_is_wide(double x, double y, double z, string expected)
    {
        var edges = new VoxelSize(x, y, z);
        var copy = Assert.Single(ScanCopies.Of(Cardiac, edges, Normalisation.RobustZScore).Made, one => one.Kind == "resampled");
        Assert.Equal(expected, copy.Name);
        var affine = Affine.Scaling(edges);
        var made = copy.Make(new Volume(Cardiac, new float[Cardiac.Count], affine), new LabelMap(Cardiac, new byte[Cardiac.Count], affine)).Image;
        Assert.InRange(made.Size.Count, 1, Cardiac.Count - 1);
    }

    [Theory]
    [InlineData(0.8, 0.8, 5.0)]
    [InlineData(5.0, 0.8, 0.8)]
    [InlineData(0.625, 0.625, 1.25)]
    public void Slices_that_are_as_thick_already_are_not_resampled(double x, double y, double z)
    {
        var unmade = Assert.Single(ScanCopies.Of(Few, new VoxelSize(x, y, z), Normalisation.RobustZScore).Unmade);
        Assert.Equal(("resampled", "slices twice as thick as a voxel is wide would be no thicker than the scan's own"), (unmade.Copy.Kind, unmade.Why));
    }

    [Fact]
    public void Of_an_axis_of_three_voxels_none_leaves_the_frame()
    {
        var copies = ScanCopies.Of(new GridSize(200, 200, 3), CardiacEdges, Normalisation.RobustZScore);
        Assert.Equal(["shifted", "shifted"], copies.Unmade.Select(one => one.Copy.Kind));
        Assert.Equal(4, copies.Made.Count(copy => copy.Kind == "shifted"));
        Assert.Equal("-10, -10, 0 voxels", copies.Made.Single(copy => copy.Kind == "cropped").Name);
        Assert.Equal(["shifted", "shifted", "shifted", "shifted", "shifted", "shifted", "cropped"], ScanCopies.Of(new GridSize(3, 3, 3), CardiacEdges, Normalisation.RobustZScore).Unmade.Select(one => one.Copy.Kind));
    }

    private static string Told(ScanCopy copy) => $"{copy.Kind}: {copy.Name}";
}
