using System.Globalization;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Series that break a rule which nothing depends on: every other reader takes them.</summary>
public sealed class OddSeriesTests
{
    private static readonly Dictionary<string, Func<DicomBytes, DicomBytes>> Oddities = new()
    {
        ["0 frames in single images"] = file => file.Numbers(0x00280008, "IS", 0),
        ["an empty sequence of functional groups"] = file => file.Sequence(0x52009230),
        ["functional groups with nothing in them"] = file => file.Sequence(0x52009230, _ => { }).Sequence(0x52009229, _ => { }),
        ["0 frames and empty functional groups"] = file => file.Numbers(0x00280008, "IS", 0).Sequence(0x52009230, _ => { }),
        ["a slice thickness that is no number"] = file => file.Text(0x00180050, "DS", "thick").Text(0x00180088, "DS", @"2\2"),
    };

    private static readonly Dictionary<string, (uint Tag, string Vr)> LongTexts = new()
    {
        ["StudyDescription"] = (0x00081030, "LO"),
        ["SeriesDescription"] = (0x0008103E, "LO"),
        ["PatientName"] = (0x00100010, "PN"),
        ["SliceThickness"] = (0x00180050, "DS"),
        ["LossyImageCompressionRatio"] = (0x00282112, "DS"),
    };

    public static TheoryData<string> OddNames => [.. Oddities.Keys];

    public static TheoryData<string> LongNames => [.. LongTexts.Keys];

    public static TheoryData<string, string> Mislabelled => new()
    {
        { DicomBytes.Explicit, DicomBytes.Implicit },
        { DicomBytes.Implicit, DicomBytes.Explicit },
        { DicomBytes.BigEndian, DicomBytes.Explicit },
        { DicomBytes.Explicit, DicomBytes.BigEndian },
        { DicomBytes.Implicit, DicomBytes.BigEndian },
        { DicomBytes.BigEndian, DicomBytes.Implicit },
    };

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
    [MemberData(nameof(OddNames))]
    public void Read_as_if_it_were_not_there(string oddity)
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => Oddities[oddity](new DicomScan().Slice(slice)).ToBytes()));
        using var plain = new DicomFolder(new DicomScan().Classic());

        var file = folder.Read();

        Assert.Equal(plain.Read().Volume.Voxels, file.Volume.Voxels);
        Assert.Equal(plain.Read().Volume.Affine, file.Volume.Affine);
        Assert.Empty(file.Warnings);
    }

    [Theory]
    [MemberData(nameof(LongNames))]
    public void A_text_of_any_length_where_none_is_needed_is_left_out_with_a_warning(string name)
    {
        var (tag, vr) = LongTexts[name];
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Text(tag, vr, new string('9', 1500)).ToBytes()));

        var file = folder.Read();

        Assert.Equal(new GridSize(6, 5, 4), file.Volume.Size);
        Assert.Contains($"({tag >> 16:X4},{tag & 0xFFFF:X4}) is longer", Assert.Single(file.Warnings).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Mislabelled))]
    public void A_data_set_is_read_as_it_is_encoded_whatever_the_meta_information_says(string named, string real)
    {
        // The two identifiers differ in length; the meta information ends where another group begins, so its own length does not matter.
        byte[] File(int slice)
        {
            var (declared, actual) = (new DicomScan { Syntax = named }.Slice(slice).ToBytes(), new DicomScan { Syntax = real }.Slice(slice).ToBytes());
            return [.. declared[..Start(declared, named)], .. actual[Start(actual, real)..]];
        }

        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(File));
        using var plain = new DicomFolder(new DicomScan().Classic());

        var file = folder.Read();

        Assert.Equal(plain.Read().Volume.Voxels, file.Volume.Voxels);
        Assert.Equal(plain.Read().Volume.Affine, file.Volume.Affine);
        Assert.Contains("another encoding", Assert.Single(file.Warnings).Sentence, StringComparison.Ordinal);
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

    [Theory]
    [InlineData(0x00080018u)]
    [InlineData(0x0020000Du)]
    [InlineData(0x0020000Eu)]
    [InlineData(0x00200052u)]
    public void An_identifier_with_letters_or_too_long_costs_the_dicom_results_only(uint tag)
    {
        foreach (var uid in new[] { "1.2.3.4.A7B0", "1.2." + string.Concat(Enumerable.Repeat("1234567890", 7)) })
        {
            using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Text(tag, "UI", uid).ToBytes()));

            var file = folder.Read();

            Assert.Equal(new GridSize(6, 5, 4), file.Volume.Size);
            var warning = Assert.Single(file.Warnings).Sentence;
            Assert.Contains("DICOM results cannot be made", warning, StringComparison.Ordinal);
            Assert.Contains($"({tag >> 16:X4},{tag & 0xFFFF:X4})", warning, StringComparison.Ordinal);
            Assert.NotNull(file.Source.Obstacle);
        }
    }

    [Theory]
    [InlineData(0x0020000Du, "UI", "1.2.3.4", "study")]
    [InlineData(0x00100020u, "LO", "ID-2", "patient")]
    public void Slices_that_name_several_studies_or_patients_cost_the_dicom_results_only(uint tag, string vr, string other, string owner)
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => slice < 2 ? new DicomScan().Slice(slice).ToBytes() : new DicomScan().Slice(slice).Text(tag, vr, other).ToBytes()));

        var file = folder.Read();

        Assert.Equal(new GridSize(6, 5, 4), file.Volume.Size);
        var warning = Assert.Single(file.Warnings).Sentence;
        Assert.Contains($"({tag >> 16:X4},{tag & 0xFFFF:X4}) in file 3 is not that in file 1, and a result belongs to one {owner}", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(other, warning, StringComparison.Ordinal);
        Assert.NotNull(file.Source.Obstacle);
    }

    [Fact]
    public void Slices_of_one_identifier_cost_the_dicom_results_only()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Text(0x00080018, "UI", slice < 2 ? $"1.2.{slice}" : "1.2.3").ToBytes()));

        var file = folder.Read();

        Assert.Equal(new GridSize(6, 5, 4), file.Volume.Size);
        Assert.Contains("(0008,0018) in file 4 is that in file 3 too", Assert.Single(file.Warnings).Sentence, StringComparison.Ordinal);
        Assert.NotNull(file.Source.Obstacle);
    }

    [Fact]
    public void A_rescale_that_changes_nothing_may_be_missing_in_some_images()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => (slice == 1 ? new DicomScan() : new DicomScan { Slope = 1 }).Slice(slice).ToBytes()));
        using var plain = new DicomFolder(new DicomScan().Classic());

        var file = folder.Read();

        Assert.Equal(plain.Read().Volume.Voxels, file.Volume.Voxels);
        Assert.Empty(file.Warnings);
    }

    [Theory]
    [InlineData("CT", null, true)]
    [InlineData("CT", -1024.0, false)]
    [InlineData("CT", 0.0, false)]
    [InlineData("MR", null, false)]
    public void Of_CT_without_an_intercept_is_warned(string modality, double? intercept, bool isWarned)
    {
        var scan = new DicomScan { Slope = intercept is null ? null : 1, Intercept = intercept };
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => scan.Slice(slice).Text(0x00080060, "CS", modality).ToBytes()));

        var warnings = folder.Read().Warnings;

        Assert.Equal(isWarned ? "no-rescale" : string.Empty, Warning.Slugs(warnings));
    }

    [Fact]
    public void A_slice_that_names_no_patient_is_taken_with_those_that_do()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => slice == 1 ? new DicomScan().Slice(slice).Without(0x00100020).ToBytes() : new DicomScan().Slice(slice).ToBytes()));

        Assert.Null(folder.Read().Source.Obstacle);
    }

    [Theory]
    [InlineData(DicomBytes.Explicit)]
    [InlineData(DicomBytes.BigEndian)]
    public void Attributes_of_unknown_type_are_read_as_what_they_are(string syntax)
    {
        var scan = new DicomScan { Syntax = syntax, Slope = 2.5, Intercept = -7 };
        var inside = scan with { Syntax = DicomBytes.Implicit };
        using var plain = new DicomFolder(inside.Enhanced(0, 1, 2, 3).ToBytes());
        using var groups = new DicomFolder(scan.Enhanced(0, 1, 2, 3)
            .Unknown(0x52009229, inside.Enhanced(0, 1, 2, 3)).Unknown(0x52009230, inside.Enhanced(0, 1, 2, 3)).ToBytes());
        uint[] values = [0x00280010, 0x00280011, 0x00280100, 0x00280030, 0x00281053, 0x00281052];
        using var classic = new DicomFolder(Enumerable.Range(0, 4).Select(slice =>
            values.Aggregate(scan.Slice(slice), (file, tag) => file.Unknown(tag, inside.Slice(slice))).ToBytes()));

        Assert.Equal(plain.Read().Volume.Voxels, groups.Read().Volume.Voxels);
        Assert.Equal(plain.Read().Volume.Voxels, classic.Read().Volume.Voxels);
        Assert.Equal(plain.Read().Volume.Affine, classic.Read().Volume.Affine);
    }

    [Fact]
    public void Slices_without_a_frame_of_reference_are_taken_with_those_that_have_one()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => slice % 2 == 0 ? new DicomScan().Slice(slice).Without(0x00200052).ToBytes() : new DicomScan().Slice(slice).ToBytes()));

        Assert.Equal(new GridSize(6, 5, 4), folder.Read().Volume.Size);
    }

    [Fact]
    public void A_jp2_file_in_the_fragments_is_its_codestream()
    {
        var coding = Coding.All["JPEG 2000 lossless"];
        var scan = new DicomScan { Columns = 40, Rows = 42, Syntax = coding.Syntax };
        using var bare = new DicomFolder(Enumerable.Range(0, 2).Select(slice => coding.Compress(scan, slice)));
        using var wrapped = new DicomFolder(Enumerable.Range(0, 2).Select(slice => scan.Slice(slice)
            .Fragments([], Coding.OpenJpegFile(scan, slice, "jp2")).ToBytes()));
        using var cut = new DicomFolder(Enumerable.Range(0, 2).Select(slice => scan.Slice(slice)
            .Fragments([], Coding.OpenJpegFile(scan, slice, "jp2")[..^30]).ToBytes()));

        Assert.Equal(bare.Read().Volume.Voxels, wrapped.Read().Volume.Voxels);
        Assert.Equal("decode-failed", cut.Fault().Slug);
    }

    /// <summary>Where the data set begins: behind the last element of the meta information, which has a length of 16 bits and the implementation's identifier.</summary>
    private static int Start(byte[] file, string syntax)
    {
        var text = System.Text.Encoding.Latin1.GetString(file);
        var at = text.IndexOf(syntax, StringComparison.Ordinal);
        return text.IndexOf("2.25.8", at, StringComparison.Ordinal) + 6;
    }

    private static byte[] RoundedSlice(DicomScan scan, int slice, int decimals, bool isDeclared)
    {
        var file = scan.Slice(slice).Text(0x00200032, "DS", string.Join('\\', scan.Position(slice).Select(at => at.ToString($"F{decimals}", CultureInfo.InvariantCulture))));
        return (isDeclared ? file.Numbers(0x00180050, "DS", scan.Spacing[2]) : file).ToBytes();
    }
}
