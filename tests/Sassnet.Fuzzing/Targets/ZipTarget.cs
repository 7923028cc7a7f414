using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Tests.Dicom;

namespace Sassnet.Fuzzing.Targets;

/// <summary>Zip files of a series. What is taken out are DICOM files, in the folder meant for them.</summary>
internal static class ZipTarget
{
    private const int MostFiles = 20;

    public static FuzzTarget Target { get; } = new(Read, Seeds,
    [
        [.. "PK\u0001\u0002"u8], [.. "PK\u0003\u0004"u8], [.. "PK\u0005\u0006"u8], [.. "PK\u0006\u0006"u8], [.. "PK\u0006\u0007"u8],
        [.. "PK\u0007\u0008"u8], [0xFF, 0xFF, 0xFF, 0xFF], [.. "../"u8],
    ]);

    private static void Read(byte[] bytes)
    {
        using var folder = new InputFolder();
        var zip = folder.Write(bytes);
        var target = Directory.CreateDirectory(Path.Combine(folder.Path, "out")).FullName;
        var files = ZippedFiles.Extract(zip, target, MostFiles, FuzzTarget.Limits, default);
        var found = Directory.GetFileSystemEntries(target, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        FindingException.ThrowUnless(found.SequenceEqual(files.Files.Select(file => file.Path).Order(StringComparer.Ordinal)), "other files than it tells of");
        FindingException.ThrowUnless(files.Files.All(file => FileKind.Of(file.Path) == FileKind.Dicom), "a file that is not DICOM");
        FindingException.ThrowUnless(Directory.GetFileSystemEntries(folder.Path).Length == 2, "a file outside its folder");
    }

    private static IEnumerable<byte[]> Seeds()
    {
        var scan = new DicomScan { Columns = 2, Rows = 2 };
        (string Name, byte[] Content)[] series = [.. scan.Classic().Take(2).Select((file, slice) => ($"{slice}.dcm", file))];
        byte[] text = "The patient breathed."u8.ToArray();
        yield return ZipBytes.Of(series);
        yield return ZipBytes.Of([.. series, ("readme.txt", text), ("folder/", [])]);
        yield return ZipBytes.Of(("../slice", series[0].Content));
        yield return ZipBytes.Of(("inner.zip", ZipBytes.Of(series)));
        yield return ZipBytes.Streamed(series);
        yield return ZipBytes.Zip64(series);
        yield return ZipBytes.WithLink();
        yield return ZipBytes.WithMethod(9, series);
        yield return ZipBytes.Split(series[0].Content);
        yield return ZipBytes.Encrypted(series[0].Content);
        yield return ZipBytes.WithDeclaredSize(10, series[0].Content);
        yield return ZipBytes.WithDeclaredCount(9, series);
        yield return [.. text, .. ZipBytes.Of(series), .. text];
    }
}
