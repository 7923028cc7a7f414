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
}
