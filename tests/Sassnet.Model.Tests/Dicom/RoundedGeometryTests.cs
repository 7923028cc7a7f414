using System.Globalization;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Positions and directions with few decimals, and steps that are declared besides: what was rounded is no other geometry.</summary>
public sealed class RoundedGeometryTests
{
    public static TheoryData<double, string, int, bool> Rounded
    {
        get
        {
            var cases = new TheoryData<double, string, int, bool>();
            foreach (var step in new[] { 0.625, 0.75, 1.25, 0.9375 })
            {
                foreach (var orientation in new[] { "axial", "oblique" })
                    cases.Add(step, orientation, 1, true);
            }

            cases.Add(2.5, "axial", 0, true);
            cases.Add(0.625, "axial", 1, false);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Rounded))]
    public void Positions_with_few_decimals_give_the_step_that_was_rounded(double step, string geometry, int decimals, bool isDeclared)
    {
        var scan = new DicomScan
        {
            Orientation = geometry == "axial" ? [1, 0, 0, 0, 1, 0] : [0.8, 0.6, 0, -0.48, 0.64, 0.6],
            Origin = [-9.7, 12.3, -29.375],
            Spacing = [1.25, 1.25, step],
            Slices = 48,
        };
        using var folder = new DicomFolder(Enumerable.Range(0, scan.Slices).Select(slice => RoundedSlice(scan, slice, decimals, isDeclared)));

        var file = folder.Read();

        // Without a declared step what is left is the rounding of both ends over all steps.
        Assert.Equal(step, file.Volume.VoxelSize.Z, isDeclared ? 1e-9 : 2 * Math.Pow(10, -decimals) / 47);
        var expected = scan.Position(47);
        var (r, a, s) = file.Volume.Affine.Apply(0, scan.Rows - 1, 47);
        foreach (var (one, other) in new[] { (-r, expected[0]), (-a, expected[1]), (s, expected[2]) })
            Assert.Equal(other, one, 2 * Math.Pow(10, -decimals));
        if ((step, geometry) is (0.625, "axial") or (2.5, _))
            Assert.Contains("so few decimals", Assert.Single(file.Warnings).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.625, 1)]
    [InlineData(0.75, 1)]
    [InlineData(2.5, 0)]
    [InlineData(1, 0)]
    public void A_slice_that_is_missing_is_missed_however_few_decimals_there_are(double step, int decimals)
    {
        var scan = new DicomScan { Spacing = [1.25, 1.25, step], Slices = 20 };
        using var folder = new DicomFolder(Enumerable.Range(0, scan.Slices).Where(slice => slice != 9).Select(slice => RoundedSlice(scan, slice, decimals, true)));

        Assert.Equal("series-geometry", folder.Fault().Slug);
    }

    [Fact]
    public void Directions_with_few_decimals_are_no_lean()
    {
        // Rounded to three decimals, the second direction is too long by 0.0007, and so is the product of both.
        var scan = new DicomScan
        {
            Orientation = [0.8237273, 0.5603239, 0.08666294, -0.54465838, 0.73951995, 0.39554707],
            Spacing = [0.6, 0.6, 1.5],
            Slices = 101,
        };
        using var folder = new DicomFolder(Enumerable.Range(0, scan.Slices).Select(slice =>
            scan.Slice(slice).Numbers(0x00200037, "DS", [.. scan.Orientation.Select(cosine => Math.Round(cosine, 3))]).ToBytes()));

        var volume = folder.Read().Volume;

        Assert.Equal(0.6, volume.VoxelSize.X, 1e-9);
        Assert.Equal(0.6, volume.VoxelSize.Y, 1e-9);
        Assert.Equal(1.5, volume.VoxelSize.Z, 1e-6);
        var (expected, (r, a, s)) = (scan.Position(100), volume.Affine.Apply(0, scan.Rows - 1, 100));
        foreach (var (one, other) in new[] { (-r, expected[0]), (-a, expected[1]), (s, expected[2]) })
            Assert.Equal(other, one, 1e-3);
    }

    [Fact]
    public void A_declared_step_that_the_positions_contradict_is_not_believed()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Numbers(0x00180050, "DS", 1.9).Numbers(0x00180088, "DS", 2.1).ToBytes()));

        Assert.Equal(2, folder.Read().Volume.VoxelSize.Z, 1e-12);
    }

    private static byte[] RoundedSlice(DicomScan scan, int slice, int decimals, bool isDeclared)
    {
        var file = scan.Slice(slice).Text(0x00200032, "DS", string.Join('\\', scan.Position(slice).Select(at => at.ToString($"F{decimals}", CultureInfo.InvariantCulture))));
        return (isDeclared ? file.Numbers(0x00180050, "DS", scan.Spacing[2]) : file).ToBytes();
    }
}
