using System.IO.Compression;
using System.IO.Hashing;
using Sassnet.Model.Compression;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Archives;

/// <summary>
/// Takes the DICOM files out of a zip file, under limits, into files with names of our own. Names of entries lead nowhere, but those that try to,
/// links, encryption and zip files inside are refused: who packs so is not sending a scan.
/// </summary>
public static class ZippedFiles
{
    private const int BufferBytes = 128 << 10;
    private const int HeadBytes = 132;
    private const int UnixTypeMask = 0xF000;
    private const int UnixLink = 0xA000;

    /// <summary>Whether a file starts as a zip file does.</summary>
    /// <param name="head">The file's first bytes.</param>
    public static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8);

    /// <summary>Extracts the DICOM files; folders and files of other kinds are left out.</summary>
    /// <param name="path">The zip file.</param>
    /// <param name="folder">The folder for the files; the caller removes it.</param>
    /// <param name="mostFiles">The most entries accepted.</param>
    /// <param name="limits">Bounds on the bytes that come out.</param>
    /// <param name="ct">Checked for every buffer.</param>
    /// <returns>The extracted files, in the order of the archive.</returns>
    /// <exception cref="InvalidVolumeException">The archive is unsafe, corrupt, too large, or has no DICOM file.</exception>
    public static IReadOnlyList<string> Extract(string path, string folder, int mostFiles, VolumeLimits limits, CancellationToken ct)
    {
        using var stream = File.OpenRead(path);
        ZipDirectory.RequireAtMost(stream, mostFiles);
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in zip.Entries)
                RequireSafe(entry);

            var files = new List<string>();
            var expansion = new ExpansionLimit(limits, stream.Length);
            foreach (var entry in zip.Entries.Where(entry => entry.Length > 0))
            {
                if (ExtractEntry(entry, Path.Combine(folder, Guid.NewGuid().ToString("N")), expansion, ct) is { } file)
                    files.Add(file);
            }

            return files.Count > 0 ? files : throw DicomFault.Unsupported("not-a-volume", $"None of the {zip.Entries.Count} entries of the zip file is DICOM; accepted: the DICOM files of a series.");
        }
        catch (Exception fault) when (fault is InvalidDataException or NotSupportedException)
        {
            throw ArchiveFault.Corrupt("its entries cannot be read", fault);
        }
    }

    private static void RequireSafe(ZipArchiveEntry entry)
    {
        var name = entry.FullName.Replace('\\', '/');
        if (name.StartsWith('/') || name.Contains(':', StringComparison.Ordinal) || name.Split('/').Contains(".."))
            throw ArchiveFault.Unsafe("an entry whose name leads out of the archive");
        if (((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixLink)
            throw ArchiveFault.Unsafe("a symbolic link");
        if (entry.IsEncrypted)
            throw ArchiveFault.Unsafe("an encrypted entry");
    }

    /// <summary>Extracts one entry and proves it whole; .NET cuts an entry silently where its declared size is too small.</summary>
    /// <returns>The file, or null where the entry is not DICOM.</returns>
    private static string? ExtractEntry(ZipArchiveEntry entry, string path, ExpansionLimit expansion, CancellationToken ct)
    {
        var buffer = new byte[BufferBytes];
        using var content = entry.Open();
        var count = content.ReadAtLeast(buffer, HeadBytes, throwOnEndOfStream: false);
        if (IsZip(buffer.AsSpan(0, count)))
            throw ArchiveFault.Unsafe("another zip file");
        if (!DicomFile.IsDicom(buffer.AsSpan(0, count)))
            return null;

        var checksum = new Crc32();
        var length = 0L;
        using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        for (; count > 0; count = content.Read(buffer))
        {
            ct.ThrowIfCancellationRequested();
            expansion.Add(count);
            checksum.Append(buffer.AsSpan(0, count));
            target.Write(buffer, 0, count);
            length += count;
        }

        return length == entry.Length && checksum.GetCurrentHashAsUInt32() == entry.Crc32
            ? path
            : throw ArchiveFault.Corrupt("an entry does not have the size and the checksum that are declared for it");
    }
}
