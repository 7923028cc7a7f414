using Sassnet.Model.Dicom.Archives;
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
        ["a drive"] = (InvalidVolumeKind.Malformed, "unsafe-archive", () => ZipBytes.Of(("C:/slice", Slice))),
        ["a link"] = (InvalidVolumeKind.Malformed, "unsafe-archive", ZipBytes.WithLink),
        ["encryption"] = (InvalidVolumeKind.Malformed, "unsafe-archive", () => ZipBytes.Encrypted(Slice)),
        ["a zip inside"] = (InvalidVolumeKind.Malformed, "unsafe-archive", () => ZipBytes.Of(("slice", Slice), ("more.zip", ZipBytes.Of(("slice", Slice))))),
        ["100 000 entries"] = (InvalidVolumeKind.TooLarge, "too-many-files", () => ZipBytes.Of([.. Enumerable.Range(0, 100_000).Select(number => ($"{number}", Array.Empty<byte>()))])),
        ["many entries and a false count"] = (InvalidVolumeKind.TooLarge, "too-many-files", () => ZipBytes.WithDeclaredCount(1, [.. Enumerable.Range(0, 2000).Select(number => ($"{number}", Array.Empty<byte>()))])),
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
    public void The_dicom_files_come_out_whole_and_others_are_left_out()
    {
        var slices = new DicomScan().Classic().ToArray();

        var files = Extract(ZipBytes.Of(("scan/", []), ("scan/b", slices[0]), ("scan/a", slices[1]), ("scan/README", "hello"u8.ToArray())));

        Assert.Equal(slices[..2], files.Select(File.ReadAllBytes));
        Assert.All(files, file => Assert.Equal(_folder.FullName, Path.GetDirectoryName(file)));
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

    private IReadOnlyList<string> Extract(byte[] zip)
    {
        var path = Path.Combine(_folder.FullName, "upload");
        File.WriteAllBytes(path, zip);
        return ZippedFiles.Extract(path, _folder.FullName, 1000, new VolumeLimits { MaxDecompressedBytes = 1 << 20 }, TestContext.Current.CancellationToken);
    }
}
