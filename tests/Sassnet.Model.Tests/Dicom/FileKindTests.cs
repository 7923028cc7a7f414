using System.Text;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Tests.Nifti;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

public sealed class FileKindTests
{
    private static readonly Dictionary<string, (string Kind, Func<byte[]> Make)> Files = new()
    {
        ["a slice"] = ("DICOM file", () => new DicomScan().Slice(0).ToBytes()),
        ["a data set without preamble, explicit"] = ("DICOM file", () => new DicomScan().Slice(0).ToBareBytes()),
        ["a data set without preamble, implicit"] = ("DICOM file", () => new DicomScan { Syntax = DicomBytes.Implicit }.Slice(0).ToBareBytes()),
        ["a data set without preamble, big endian"] = ("DICOM file", () => new DicomScan { Syntax = DicomBytes.BigEndian }.Slice(0).ToBareBytes()),
        ["meta information without preamble"] = ("DICOM file", () => new DicomScan().Slice(0).ToBytes()[132..]),
        ["NIfTI"] = ("NIfTI volume", () => new NiftiBytes().ToBytes()),
        ["gzipped NIfTI-2, big-endian"] = ("NIfTI volume", () => new NiftiBytes { Version = 2, BigEndian = true }.ToGzip()),
        ["an archive in gzip"] = ("archive", () => NiftiBytes.Gzip(new byte[10_000])),
        ["a zip"] = ("zip file", () => ZipBytes.Of(("a", [1]))),
        ["a zip without entries"] = ("zip file", () => ZipBytes.Of()),
        ["text"] = ("text", () => "Slice\tone\r\n"u8.ToArray()),
        ["text in UTF-8"] = ("text", () => Encoding.UTF8.GetBytes("Größe: 1 µm")),
        ["text in UTF-16"] = ("text", () => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("[.ShellClassInfo]")]),
        ["a picture"] = ("picture", () => [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[600]]),
        [".DS_Store"] = ("file of an operating system", () => [0, 0, 0, 1, .. "Bud1"u8, .. new byte[600]]),
        ["a PDF"] = ("PDF", () => [.. "%PDF-1.7\n"u8, 0xE2, 0xE3, 0, 1]),
        ["a program"] = ("program", () => [.. "MZ"u8, 0x90, 0, 3, 0, 0, 0, .. new byte[600]]),
        ["nothing"] = ("file of no known kind", () => []),
        ["what is left of a slice"] = ("file of no known kind", () => new DicomScan().Slice(0).ToBytes()[..131]),
        ["zeros"] = ("file of no known kind", () => new byte[5000]),
        ["noise"] = ("file of no known kind", Noise),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kind_is_told_from_the_first_bytes(string name)
    {
        var (kind, make) = Files[name];
        var bytes = make();

        Assert.Equal(kind, FileKind.Of(bytes.AsSpan(0, Math.Min(bytes.Length, FileKind.HeadBytes))).Name);
    }

    private static byte[] Noise()
    {
        var bytes = new byte[5000];
        new Random(4).NextBytes(bytes);
        return bytes;
    }
}
