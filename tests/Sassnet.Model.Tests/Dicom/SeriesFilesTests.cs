using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Tests.Nifti;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>A series as people send it: with files of other kinds beside it, without preambles, or not whole.</summary>
public sealed class SeriesFilesTests
{
    private static readonly DicomScan Scan = new() { Slices = 8 };

    private static readonly Dictionary<string, (string Slug, string Says, Func<IEnumerable<byte[]>> Files)> Refused = new()
    {
        ["several files that are no DICOM"] = ("several-volumes", "2 files", () => [new NiftiBytes().ToBytes(), "hello"u8.ToArray()]),
        ["a NIfTI volume beside slices"] = ("several-volumes", "9 files", () => [.. Scan.Classic(), new NiftiBytes().ToGzip()]),
        ["empty files in place of the last slices"] = ("unreadable-file", "2 of 8 files are neither", () => [.. Scan.Classic().Take(6), [], []]),
        ["empty files by their numbers"] = ("unreadable-file", "number 7 (empty), 8 (empty)", () => [.. Scan.Classic().Take(6), [], []]),
        ["a slice of which 100 bytes are left"] = ("unreadable-file", "number 3 (100 bytes)", () => Scan.Classic().Select((slice, number) => number == 2 ? slice[..100] : slice)),
        ["a slice overwritten with zeros"] = ("unreadable-file", "number 1 (5000 bytes)", () => [new byte[5000], .. Scan.Classic()]),
    };

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void What_may_be_a_slice_or_another_volume_is_refused_by_its_number(string name)
    {
        var (slug, says, files) = Refused[name];
        using var folder = new DicomFolder(files());

        var fault = Assert.Throws<InvalidVolumeException>(folder.ReadChosen);

        Assert.Equal((InvalidVolumeKind.Malformed, slug), (fault.Kind, fault.Slug));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_an_empty_file_is_refused_as_empty()
    {
        using var folder = new DicomFolder([.. Scan.Classic().Take(7), []]);
        folder.Paths[7] = File.CreateSymbolicLink($"{folder.Paths[7]}.link", folder.Paths[7]).FullName;

        Assert.Contains("number 8 (empty)", Assert.Throws<InvalidVolumeException>(folder.ReadChosen).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DicomBytes.Implicit, false)]
    [InlineData(DicomBytes.Explicit, false)]
    [InlineData(DicomBytes.BigEndian, false)]
    [InlineData(DicomBytes.Implicit, true)]
    [InlineData(DicomBytes.Explicit, true)]
    [InlineData(DicomBytes.BigEndian, true)]
    [InlineData(DicomBytes.Deflated, true)]
    public void Data_sets_without_preamble_read_as_those_with_it(string syntax, bool hasMeta)
    {
        var scan = Scan with { Syntax = syntax };
        var whole = Enumerable.Range(0, 8).Select(scan.Slice).ToList();
        using var expected = new DicomFolder(Scan.Classic());

        // Every second one, so that both kinds stand side by side.
        using var folder = new DicomFolder(whole.Select((slice, number) => number % 2 == 0 ? slice.ToBytes() : hasMeta ? slice.ToBytes()[132..] : slice.ToBareBytes()));

        var file = folder.ReadChosen();
        Assert.Equal(expected.Read().Volume.Voxels, file.Volume.Voxels);
        Assert.Equal(expected.Read().Volume.Affine, file.Volume.Affine);
        Assert.Empty(file.Warnings);
    }

    [Fact]
    public void What_is_plainly_something_else_is_left_out_with_a_warning_and_faults_keep_the_numbers_of_the_input()
    {
        var slices = Scan.Classic().ToList();
        slices.Insert(0, [.. "A list of what is on this disc."u8]);
        slices.Add(ZipBytes.Of(("word/document.xml", "<w/>"u8.ToArray())));
        using var folder = new DicomFolder(slices);
        var chosen = SeriesFiles.Of(folder.Paths);
        Assert.Equal(Enumerable.Range(2, 8), chosen.Files.Select(file => file.Number));

        var file = folder.ReadChosen();

        Assert.Equal(8, file.Volume.Size.Z);
        Assert.Equal("Files that are no DICOM were left out: text (1), zip file (1).", Assert.Single(file.Warnings).Sentence);
        slices[5] = Scan.Slice(4).Without(0x00200032).ToBytes();
        using var faulty = new DicomFolder(slices);
        Assert.Contains("file 6", Assert.Throws<InvalidVolumeException>(faulty.ReadChosen).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 2 3 4 5 6 7 8", null)]
    [InlineData("0 1 2 3 4 5 6 7", null)]
    [InlineData("9 10 11 12 13 14 15 16", null)]
    [InlineData("1 1 1 1 1 1 1 1", null)]
    [InlineData("1 3 5 7 9 11 13 15", "numbered to 15, and InstanceNumber 2, 4, 6, 8, 10, and more is missing")]
    [InlineData("3 4 5 6 7 8 9 10", "numbered to 10, and InstanceNumber 1 to 2 is missing")]
    [InlineData("8 7 6 5 4 2 1 9", "numbered to 9, and InstanceNumber 3 is missing")]
    [InlineData("A 7 6 5 4 2 1 9", null)]
    [InlineData("2147483646 7 6 5 4 2 1 9", "InstanceNumber 3, 8, 10 to 2147483645 is missing")]
    public void Gaps_in_the_images_numbers_are_a_warning(string numbers, string? says)
    {
        var texts = numbers.Split(' ');
        using var folder = new DicomFolder(Enumerable.Range(0, 8).Select(slice => Scan.Slice(slice).Text(0x00200013, "IS", texts[slice]).ToBytes()));

        AssertWarns(folder, says);
    }

    [Theory]
    [InlineData(0x00201002u, "8", null)]
    [InlineData(0x00201002u, "4", null)]
    [InlineData(0x00201002u, "SMITH", null)]
    [InlineData(0x00201002u, "12", "ImagesInAcquisition is 12, and 8 images")]
    [InlineData(0x00201209u, "9", "NumberOfSeriesRelatedInstances is 9, and 8 images")]
    public void Fewer_images_than_the_series_says_it_has_are_a_warning(uint tag, string said, string? says)
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 8).Select(slice => Scan.Slice(slice).Text(tag, "IS", said).ToBytes()));

        AssertWarns(folder, says);
    }

    private static void AssertWarns(DicomFolder folder, string? says)
    {
        var warnings = folder.Read().Warnings;
        if (says is null)
            Assert.Empty(warnings);
        else
            Assert.Contains(says, Assert.Single(warnings).Sentence, StringComparison.Ordinal);
    }
}
