using System.IO.Compression;
using System.IO.Hashing;
using Sassnet.Model.Compression;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Archives;

/// <summary>
/// Takes the DICOM files out of a zip file, under limits, into files with names of our own. Names of entries lead nowhere, but those that try to
/// climb out of the archive, links and encryption are refused: who packs so is not sending a scan.
/// </summary>
public static class ZippedFiles
{
    private const int BufferBytes = 128 << 10;
    private const int UnixTypeMask = 0xF000;
    private const int UnixFolder = 0x4000;
    private const int UnixLink = 0xA000;


    /// <summary>
    /// Extracts the DICOM files, chosen as <see cref="SeriesFiles.Of"/> chooses among files. An entry named as DICOM files are that has another
    /// content is not left out but refused: it stands in a slice's place.
    /// </summary>
    /// <param name="path">The zip file.</param>
    /// <param name="folder">The folder for the files; the caller removes it.</param>
    /// <param name="mostFiles">The most entries accepted.</param>
    /// <param name="limits">Bounds on the bytes that come out.</param>
    /// <param name="ct">Checked for every entry and buffer.</param>
    /// <param name="writing">Hears how many bytes are about to be written, for every buffer, and may refuse them by an exception.</param>
    /// <returns>The extracted files, in the order of the archive.</returns>
    /// <exception cref="InvalidVolumeException">
    /// The archive is unsafe, corrupt, too large or packed in a way that is not read, has no DICOM file, or one that may have been a slice.
    /// </exception>
    public static SeriesFiles Extract(
        string path, string folder, int mostFiles, VolumeLimits limits, CancellationToken ct, Action<long>? writing = null)
    {
        using var stream = File.OpenRead(path);
        ZipDirectory.Check(stream, mostFiles);
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var selection = new FileSelection();
            var entries = Choose(zip, selection, ct);
            var expansion = new ExpansionLimit(limits, stream.Length);
            var files = entries.ConvertAll(chosen => new SeriesFile(
                chosen.Number, ExtractEntry(chosen.Entry, Path.Combine(folder, Guid.NewGuid().ToString("N")), expansion, writing, ct)));
            return new SeriesFiles(files, true, selection.Warnings);
        }
        catch (Exception fault) when (fault is InvalidDataException or NotSupportedException)
        {
            throw ArchiveFault.Corrupt("its entries cannot be read", fault);
        }
    }

    private static List<(int Number, ZipArchiveEntry Entry)> Choose(ZipArchive zip, FileSelection selection, CancellationToken ct)
    {
        var chosen = new List<(int Number, ZipArchiveEntry Entry)>();
        foreach (var (index, entry) in zip.Entries.Index())
        {
            ct.ThrowIfCancellationRequested();
            RequireSafe(entry);
            if (!IsFolder(entry) && selection.Takes(index + 1, KindOf(entry), entry.Length, FileKind.IsCalledDicom(entry.FullName)))
                chosen.Add((index + 1, entry));
        }

        if (selection.IsAllZip)
            throw ArchiveFault.Unsafe("nothing but another zip file");
        if (chosen.Count == 0)
        {
            var found = selection.LeftOut.Length > 0 ? $": {selection.LeftOut}" : string.Empty;
            throw DicomFault.Unsupported("not-a-volume", $"{(zip.Entries.Count == 1 ? "The one entry" : $"None of the {zip.Entries.Count} entries")} of the zip file is {(zip.Entries.Count == 1 ? "not " : "")}DICOM{found}; accepted in a zip file: the DICOM files of a series. Send a NIfTI volume by itself, as .nii or .nii.gz.");
        }

        selection.RequireReadable();
        return chosen;
    }

    private static void RequireSafe(ZipArchiveEntry entry)
    {
        var name = entry.FullName.Replace('\\', '/');
        if (name.StartsWith('/') || name.Split('/').Contains(".."))
            throw ArchiveFault.Unsafe("an entry whose name leads out of the archive");
        if (UnixType(entry) == UnixLink)
            throw ArchiveFault.Unsafe("a symbolic link");
        if (entry.IsEncrypted)
            throw ArchiveFault.Unsafe("an encrypted entry");
    }

    private static bool IsFolder(ZipArchiveEntry entry) =>
        entry.Length == 0 && (entry.FullName.EndsWith('/') || entry.FullName.EndsWith('\\') || UnixType(entry) == UnixFolder);

    private static int UnixType(ZipArchiveEntry entry) => (entry.ExternalAttributes >> 16) & UnixTypeMask;

    private static FileKind KindOf(ZipArchiveEntry entry)
    {
        Span<byte> head = stackalloc byte[FileKind.HeadBytes];
        using var content = entry.Open();
        return FileKind.Of(head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
    }

    /// <summary>Extracts one entry and proves it whole; .NET cuts an entry silently where its declared size is too small.</summary>
    private static string ExtractEntry(ZipArchiveEntry entry, string path, ExpansionLimit expansion, Action<long>? writing, CancellationToken ct)
    {
        var buffer = new byte[BufferBytes];
        var checksum = new Crc32();
        var length = 0L;
        using var content = entry.Open();
        using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        int count;
        while ((count = content.Read(buffer)) > 0)
        {
            ct.ThrowIfCancellationRequested();
            expansion.Add(count);
            writing?.Invoke(count);
            checksum.Append(buffer.AsSpan(0, count));
            target.Write(buffer, 0, count);
            length += count;
        }

        return length == entry.Length && checksum.GetCurrentHashAsUInt32() == entry.Crc32
            ? path
            : throw ArchiveFault.Corrupt("an entry does not have the size and the checksum that are declared for it");
    }
}
