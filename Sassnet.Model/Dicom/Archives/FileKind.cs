using System.Buffers.Binary;
using System.IO.Compression;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Archives;

/// <summary>What a file is, told from its first bytes and never from its name.</summary>
/// <param name="Name">How warnings and faults name it.</param>
public sealed record FileKind(string Name)
{
    /// <summary>The bytes a kind is told from, or fewer where the file is shorter.</summary>
    public const int HeadBytes = 512;

    /// <summary>A DICOM file, or a data set without the preamble of one.</summary>
    public static readonly FileKind Dicom = new("DICOM file");

    /// <summary>A NIfTI file, gzipped or not.</summary>
    public static readonly FileKind Nifti = new("NIfTI volume");

    /// <summary>A zip file, which many documents and programs are too.</summary>
    public static readonly FileKind Zip = new("zip file");

    /// <summary>Nothing that is known here, such as what is left of a damaged slice.</summary>
    public static readonly FileKind Unknown = new("file of no known kind");

    private const int NiftiHeaderBytes = 348;

    private static readonly string[] DicomExtensions = [".dcm", ".dicom", ".ima"];

    private static readonly FileKind Text = new("text");

    // What lies beside scans on discs, in exports and in folders; the first that fits counts.
    private static readonly (FileKind Kind, int At, byte[] Signature)[] Signatures =
    [
        (Zip, 0, [0x50, 0x4B, 3, 4]), (Zip, 0, [0x50, 0x4B, 5, 6]),
        .. new byte[][]
        {
            [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10], [.. "GIF8"u8], [0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0, 0, 1, 0],
            [0, 0, 0, 12, 0x6A, 0x50], [.. "8BPS"u8], [.. "BM"u8],
        }.Select(signature => (new FileKind("picture"), 0, signature)), // JPEG, PNG, GIF, TIFF, icon, JPEG 2000, Photoshop, BMP
        (new("sound or video"), 0, [.. "RIFF"u8]), (new("sound or video"), 4, [.. "ftyp"u8]), (new("sound or video"), 0, [0x30, 0x26, 0xB2, 0x75]),
        (new("PDF"), 0, [.. "%PDF"u8]),
        (new("document or list of thumbnails"), 0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), // Office, Thumbs.db
        .. new byte[][]
        {
            [0x1F, 0x8B], [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], [.. "Rar!"u8], [.. "BZh"u8], [0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x28, 0xB5, 0x2F, 0xFD],
            [.. "MSCF"u8],
        }.Select(signature => (new FileKind("archive"), 0, signature)), // gzip, 7z, RAR, bzip2, xz, Zstandard, cabinet
        (new("archive"), 257, [.. "ustar"u8]),
        .. new byte[][]
        {
            [0, 0, 0, 1, 0x42, 0x75, 0x64, 0x31], [0, 5, 0x16, 7], [0, 5, 0x16, 0], [0x4C, 0, 0, 0, 1, 0x14, 2, 0], [.. "bplist"u8],
        }.Select(signature => (new FileKind("file of an operating system"), 0, signature)), // .DS_Store, __MACOSX, shortcut, settings
        .. new byte[][]
        {
            [.. "MZ"u8], [0x7F, 0x45, 0x4C, 0x46], [0xCA, 0xFE, 0xBA, 0xBE], [0xCF, 0xFA, 0xED, 0xFE], [.. "ITSF"u8],
        }.Select(signature => (new FileKind("program"), 0, signature)), // of Windows, Linux, Java and macOS, and its help
        (new("database"), 0, [.. "SQLite format 3"u8]), (new("HDF5 file"), 0, [0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10]),
    ];

    /// <summary>Whether its name says that it is DICOM: one that is none may be what is left of a damaged slice.</summary>
    public static bool IsCalledDicom(string path) => DicomExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The kind of a file.</summary>
    public static FileKind Of(string path)
    {
        var head = new byte[HeadBytes];
        using var stream = File.OpenRead(path);
        return Of(head.AsSpan(0, stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)));
    }

    /// <summary>The kind of a file.</summary>
    /// <param name="head">Its first <see cref="HeadBytes"/> bytes, or all of a shorter one.</param>
    public static FileKind Of(ReadOnlySpan<byte> head)
    {
        if (DicomFile.IsDicom(head))
            return Dicom;
        if (IsNifti(head) || IsNifti(Inflate(head)))
            return Nifti;
        foreach (var (kind, at, signature) in Signatures)
        {
            if (head.Length >= at && head[at..].StartsWith(signature))
                return kind;
        }

        return IsText(head) ? Text : Unknown;
    }

    private static bool IsNifti(ReadOnlySpan<byte> head)
    {
        if (head.Length < NiftiHeaderBytes)
            return false;
        int[] lengths = [BinaryPrimitives.ReadInt32LittleEndian(head), BinaryPrimitives.ReadInt32BigEndian(head)];
        return (lengths.Contains(NiftiHeaderBytes) && head[344..].StartsWith("n+1"u8)) || (lengths.Contains(540) && head[4..].StartsWith("n+2"u8));
    }

    private static byte[] Inflate(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith<byte>([0x1F, 0x8B]))
            return [];
        var content = new byte[NiftiHeaderBytes];
        try
        {
            using var gzip = new GZipStream(new MemoryStream(head.ToArray()), CompressionMode.Decompress);
            return content[..gzip.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    /// <summary>Whether it has no control characters but those of texts, or the mark of a Unicode encoding.</summary>
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return true;
        foreach (var letter in head)
        {
            if (letter is (< 0x20 and not ((>= 8 and <= 13) or 0x1A or 0x1B)) or 0x7F)
                return false;
        }

        return head.Length > 0;
    }
}
