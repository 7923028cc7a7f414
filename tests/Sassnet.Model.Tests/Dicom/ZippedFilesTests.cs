using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Tests.Nifti;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Rows 36 and 37 of the bad inputs.</summary>
public sealed class ZippedFilesTests : IDisposable
{
    private static readonly Dictionary<string, (InvalidVolumeKind Kind, string Slug, Func<byte[]> Make)> Inputs = new()
    {
        ["a name that climbs"] = (InvalidVolumeKind.Malformed, "unsafe-archive", () => ZipBytes.Of(("../slice", Slice))),
        ["a name that climbs the other way"] = (InvalidVolumeKind.Malformed, "unsafe-archive", () => ZipBytes.Of((@"a\..\..\slice", Slice))),
        ["an absolute name"] = (InvalidVolumeKind.Malformed, "unsafe-archive", () => ZipBytes.Of(("/etc/slice", Slice))),
        ["a link"] = (InvalidVolumeKind.Malformed, "unsafe-archive", ZipBytes.WithLink),
        ["encryption"] = (InvalidVolumeKind.Malformed, "unsafe-archive", () => ZipBytes.Encrypted(Slice)),
        ["nothing but a zip inside"] = (InvalidVolumeKind.Malformed, "unsafe-archive", () => ZipBytes.Of(("scan/", []), ("scan/more.zip", ZipBytes.Of(("slice", Slice))))),
        ["an empty entry"] = (InvalidVolumeKind.Malformed, "unreadable-file", () => ZipBytes.Of(("a", Slice), ("b", []))),
        ["100 bytes of a slice"] = (InvalidVolumeKind.Malformed, "unreadable-file", () => ZipBytes.Of(("a", Slice), ("b", Slice[..100]))),
        ["text named as a slice"] = (InvalidVolumeKind.Malformed, "unreadable-file", () => ZipBytes.Of(("a.dcm", Slice), ("b.DCM", "<html>404 Not Found</html>"u8.ToArray()))),
        ["an entry compressed by LZMA"] = (InvalidVolumeKind.Unsupported, "unsupported-archive", () => ZipBytes.WithMethod(14, ("a", Slice), ("b", Slice))),
        ["one part of a split archive"] = (InvalidVolumeKind.Unsupported, "unsupported-archive", () => ZipBytes.Split(Slice)),
        ["zip64 and too many entries"] = (InvalidVolumeKind.TooLarge, "too-many-files", () => ZipBytes.Zip64([.. Enumerable.Range(0, 2000).Select(number => ($"{number}", Array.Empty<byte>()))])),
        ["bytes before the archive"] = (InvalidVolumeKind.Malformed, "corrupt-archive", () => [.. new byte[50], .. ZipBytes.Of(("slice", Slice))]),
        ["100 000 entries"] = (InvalidVolumeKind.TooLarge, "too-many-files", () => ZipBytes.Of([.. Enumerable.Range(0, 100_000).Select(number => ($"{number}", Array.Empty<byte>()))])),
        ["many entries and a false count"] = (InvalidVolumeKind.TooLarge, "too-many-files", () => ZipBytes.WithDeclaredCount(1, [.. Enumerable.Range(0, 2000).Select(number => ($"{number}", Array.Empty<byte>()))])),
        ["a name of 64 kibibytes"] = (InvalidVolumeKind.TooLarge, "directory-too-large", () => ZipBytes.Of(("a", Slice), (new string('b', ushort.MaxValue), Slice))),
        ["comments of 19 mebibytes"] = (InvalidVolumeKind.TooLarge, "directory-too-large", () => ZipBytes.WithComments(300, new string('c', ushort.MaxValue), Slice)),
        ["a declared size too small"] = (InvalidVolumeKind.Malformed, "corrupt-archive", () => ZipBytes.WithDeclaredSize(Slice.Length - 100, Slice)),
        ["a declared size too large"] = (InvalidVolumeKind.Malformed, "corrupt-archive", () => ZipBytes.WithDeclaredSize(Slice.Length + 100, Slice)),
        ["a bomb"] = (InvalidVolumeKind.TooLarge, "decompression-limit", () => ZipBytes.Of(("slice", [.. new byte[128], .. "DICM"u8, .. new byte[3 << 20]]))),
        ["no DICOM"] = (InvalidVolumeKind.Unsupported, "not-a-volume", () => ZipBytes.Of(("scan.nii", new byte[500]))),
        ["no entries"] = (InvalidVolumeKind.Unsupported, "not-a-volume", () => ZipBytes.Of()),
        ["an archive cut short"] = (InvalidVolumeKind.Malformed, "corrupt-archive", () => ZipBytes.Of(("slice", Slice))[..^30]),
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-dicom-tests-");

    public static TheoryData<string> Names => [.. Inputs.Keys];

    private static byte[] Slice => new DicomScan().Slice(0).ToBytes();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_dicom_files_come_out_whole_and_what_is_plainly_something_else_is_left_out_with_a_warning()
    {
        var slices = new DicomScan().Classic().ToArray();

        var files = Extract(ZipBytes.Of(
            ("scan/", []),
            ("__MACOSX/._b", [0, 5, 0x16, 7, .. new byte[100]]),
            ("2024-01-02 10:11:12/b", slices[0]),
            (@"C:\scan\", []),
            (@"C:\scan\a.dcm", slices[1]),
            ("scan/README", "hello"u8.ToArray()),
            ("report.docx", ZipBytes.Of(("[Content_Types].xml", "<Types/>"u8.ToArray()))),
            ("viewer.jar", ZipBytes.Of(("META-INF/", []))),
            ("scan.nii.gz", new NiftiBytes().ToGzip()),
            ("bare", new DicomScan { Syntax = DicomBytes.Implicit }.Slice(2).ToBareBytes())));

        Assert.Equal([slices[0], slices[1], new DicomScan { Syntax = DicomBytes.Implicit }.Slice(2).ToBareBytes()], files.Files.Select(file => File.ReadAllBytes(file.Path)));
        Assert.Equal([3, 5, 10], files.Files.Select(file => file.Number));
        Assert.All(files.Files, file => Assert.Equal(_folder.FullName, Path.GetDirectoryName(file.Path)));
        Assert.Equal("Files that are no DICOM were left out: NIfTI volume (1), file of an operating system (1), text (1), zip file (2).", Assert.Single(files.Warnings).Sentence);
    }

    [Fact]
    public void Archives_of_zip64_and_of_pipes_are_read()
    {
        var slices = new DicomScan().Classic().Select((slice, number) => ($"{number}", slice)).ToArray();

        foreach (var zip in new[] { ZipBytes.Zip64(slices), ZipBytes.Streamed(slices) })
        {
            var files = Extract(zip);
            Assert.Equal(slices.Select(slice => slice.slice), files.Files.Select(file => File.ReadAllBytes(file.Path)));
            Assert.Empty(files.Warnings);
        }
    }

    [Fact]
    public void A_refusal_names_every_entry_that_may_be_a_slice_by_its_place_and_never_by_its_name()
    {
        var fault = Assert.Throws<InvalidVolumeException>(() => Extract(ZipBytes.Of(
            ("folder/", []), ("DOE_JANE_1.dcm", Slice), ("DOE_JANE_2.dcm", []), ("DOE_JANE_3.dcm", "404"u8.ToArray()), ("DOE_JANE_4", new byte[77]))));

        Assert.Contains("3 of 4 files", fault.Message, StringComparison.Ordinal);
        Assert.Contains("number 3 (empty), 4 (text, though called DICOM), 5 (77 bytes)", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("DOE", fault.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Names_are_taken_up_to_the_longest_path_and_never_told()
    {
        Assert.Equal(2, Extract(ZipBytes.Of((new string('d', 4096), Slice), ("b", Slice))).Files.Count);

        var fault = Assert.Throws<InvalidVolumeException>(() => Extract(ZipBytes.Of(("a", Slice), (new string('d', 4097), Slice))));
        Assert.Contains("entry 2 of the zip file has 4097 bytes; at most 4096", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ddd", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Unsafe_corrupt_and_oversized_archives_are_refused(string name)
    {
        var (kind, slug, make) = Inputs[name];

        var fault = Assert.Throws<InvalidVolumeException>(() => Extract(make()));

        Assert.Equal((kind, slug), (fault.Kind, fault.Slug));
    }

    [Fact]
    public void A_damaged_archive_is_its_files_or_an_invalid_volume()
    {
        var sound = ZipBytes.Of(("a", Slice), ("b", Slice));
        var random = new Random(6);
        var faults = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = sound.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Extract(random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            }
            catch (InvalidVolumeException)
            {
                faults++;
            }
        }

        Assert.InRange(faults, 200, 2000);
    }

    private SeriesFiles Extract(byte[] zip)
    {
        var path = Path.Combine(_folder.FullName, "upload");
        File.WriteAllBytes(path, zip);
        return ZippedFiles.Extract(path, _folder.FullName, 1000, new VolumeLimits { MaxDecompressedBytes = 1 << 20 }, TestContext.Current.CancellationToken);
    }
}
