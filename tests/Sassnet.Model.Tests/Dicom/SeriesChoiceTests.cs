using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>What else lies in the folder of a series.</summary>
public sealed class SeriesChoiceTests
{
    private const string Other = "1.2.3";

    private static readonly Dictionary<string, Func<byte[]>> Others = new()
    {
        ["a video"] = () => Beside(new DicomScan { Syntax = "1.2.840.10008.1.2.4.102" }).ToBytes(),
        ["an unknown transfer syntax"] = () => Beside(new DicomScan { Syntax = "1.2.3.4.5" }).ToBytes(),
        ["a file cut short before its series"] = () => Beside(new DicomScan()).ToBytes()[..500],
        ["a file cut short in its pixels"] = () => Beside(new DicomScan()).ToBytes()[..^30],
        ["a file cut short behind its series"] = () => Beside(new DicomScan()).ToBytes()[..^100],
        ["a bomb"] = () => Beside(new DicomScan { Syntax = DicomBytes.Deflated }).Bytes(0x00290010, "OB", new byte[100 << 20]).ToBytes(),
        ["another series of a size of its own"] = () => Beside(new DicomScan { Rows = 9 }).ToBytes(),
        ["colour"] = () => Beside(new DicomScan()).Short(0x00280002, 3).ToBytes(),
        ["no transfer syntax"] = () => [.. new byte[128], .. "DICM"u8],
        ["a report"] = () => Beside(new DicomScan()).Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.33").Without(0x7FE00010).ToBytes(),
    };

    public static TheoryData<string> OtherNames => [.. Others.Keys];

    [Theory]
    [MemberData(nameof(OtherNames))]
    public void No_file_of_another_series_fails_a_request_for_one(string name)
    {
        using var alone = new DicomFolder(new DicomScan().Classic());
        using var folder = new DicomFolder(new DicomScan().Classic().Prepend(Others[name]()));

        var file = folder.Read(DicomScan.SeriesUid);

        Assert.Equal(alone.Read().Volume.Voxels, file.Volume.Voxels);
        if (name is "a file cut short before its series" or "no transfer syntax")
            Assert.Contains("1 file whose SeriesInstanceUID cannot be read was left out; if it belongs", Assert.Single(file.Warnings).Sentence, StringComparison.Ordinal);
        else
            Assert.Empty(file.Warnings);
    }

    [Fact]
    public void Deflated_files_of_other_series_count_together_against_the_limit_as_far_as_their_series()
    {
        var limits = new VolumeLimits { MaxDecompressedBytes = 8 << 20 };
        using var alone = new DicomFolder(new DicomScan().Classic());
        using var before = new DicomFolder([.. new DicomScan().Classic(), .. Deflated(0x00090010)]);
        using var behind = new DicomFolder([.. new DicomScan().Classic(), .. Deflated(0x00290010)]);

        var fault = before.Fault(DicomScan.SeriesUid, limits: limits);

        Assert.Equal((InvalidVolumeKind.TooLarge, "decompression-limit"), (fault.Kind, fault.Slug));
        Assert.Equal(alone.Read().Volume.Voxels, behind.Read(DicomScan.SeriesUid, limits: limits).Volume.Voxels);

        static IEnumerable<byte[]> Deflated(uint tag) => Enumerable.Range(0, 4)
            .Select(_ => Beside(new DicomScan { Syntax = DicomBytes.Deflated }).Bytes(tag, "OB", new byte[3 << 20]).ToBytes());
    }

    [Fact]
    public void Deflated_files_whose_series_is_not_told_are_left_out_with_a_warning()
    {
        using var folder = new DicomFolder(new DicomScan().Classic().Append(new DicomScan { Syntax = DicomBytes.Deflated }.Slice(0).Without(0x0020000E).Without(0x7FE00010).ToBytes()));

        Assert.Contains("1 file whose SeriesInstanceUID cannot be read was left out", Assert.Single(folder.Read(DicomScan.SeriesUid).Warnings).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_series_that_was_asked_for_is_judged()
    {
        using var cut = new DicomFolder([.. new DicomScan().Classic().Take(3), new DicomScan().Slice(3).ToBytes()[..^100]]);
        using var video = new DicomFolder(new DicomScan().Classic().Append(new DicomScan { Syntax = "1.2.840.10008.1.2.4.102" }.Slice(3).ToBytes()));

        Assert.Equal("truncated", cut.Fault(DicomScan.SeriesUid).Slug);
        Assert.Equal("transfer-syntax", video.Fault(DicomScan.SeriesUid).Slug);
    }

    [Theory]
    [InlineData("1.2.840.10008.5.1.4.1.1.66.4", "SEG", "a segmentation")]
    [InlineData("1.2.840.10008.5.1.4.1.1.30", "MR", "a parametric map")]
    [InlineData("1.2.840.10008.5.1.4.1.1.7", "OT", "a secondary capture")]
    [InlineData("1.2.840.10008.5.1.4.1.1.481.2", "RTDOSE", "a dose")]
    public void What_was_made_of_a_scan_and_lies_beside_it_is_left_out_with_a_warning(string sopClass, string modality, string says)
    {
        using var alone = new DicomFolder(new DicomScan().Classic());
        using var folder = new DicomFolder(new DicomScan().Classic().Prepend(Beside(new DicomScan()).Text(0x00080016, "UI", sopClass).Text(0x00080060, "CS", modality).ToBytes()));

        var file = folder.Read();

        Assert.Equal(alone.Read().Volume.Voxels, file.Volume.Voxels);
        Assert.Contains($"1 file of another series was left out: {says}", Assert.Single(file.Warnings).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "1 file of another series was left out: a localiser.")]
    [InlineData(3, "3 files of another series were left out: a localiser.")]
    public void What_a_scan_was_planned_on_and_lies_beside_it_is_left_out_with_a_warning(int count, string says)
    {
        using var alone = new DicomFolder(new DicomScan().Classic());
        using var folder = new DicomFolder([.. Enumerable.Range(0, count).Select(_ => Scout().ToBytes()), .. new DicomScan().Classic()]);

        var file = folder.Read();

        Assert.Equal(alone.Read().Volume.Voxels, file.Volume.Voxels);
        Assert.Equal(says, Assert.Single(file.Warnings).Sentence);
    }

    [Fact]
    public void Localisers_alone_or_among_slices_are_not_left_out()
    {
        using var alone = new DicomFolder(Scout().ToBytes(), Beside(new DicomScan()).Text(0x0020000E, "UI", "1.2.4").Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7").ToBytes());
        using var mixed = new DicomFolder([Scout().ToBytes(), Beside(new DicomScan()).ToBytes(), .. new DicomScan().Classic()]);

        Assert.Equal("localiser", alone.Fault().Slug);
        Assert.Contains("2 series", mixed.Fault().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_series_are_listed_with_all_that_tells_them_apart()
    {
        using var folder = new DicomFolder(
            new DicomScan().Slice(0).Text(0x00200011, "IS", "5").Text(0x0008103E, "LO", "LGE axial").ToBytes(),
            new DicomScan().Slice(1).Text(0x00200011, "IS", "5").Text(0x0008103E, "LO", "LGE axial").ToBytes(),
            Beside(new DicomScan { Rows = 9 }).Text(0x00080060, "CS", "CT").Bytes(0x0008103E, "LO", "Übersicht\n心 "u8.ToArray()).ToBytes());

        var fault = folder.Fault();

        Assert.Equal((InvalidVolumeKind.NotServable, "series-geometry"), (fault.Kind, fault.Slug));
        Assert.Contains($"{DicomScan.SeriesUid} (MR, number 5, \"LGE axial\", 2 files of 6x5), {Other} (CT, \"Übersicht心\", 1 file of 6x9)", fault.Message, StringComparison.Ordinal);
    }

    private static DicomBytes Scout() => Beside(new DicomScan()).Text(0x00080008, "CS", @"ORIGINAL\PRIMARY\LOCALIZER");

    private static DicomBytes Beside(DicomScan scan) => scan.Slice(0).Text(0x0020000E, "UI", Other);
}
