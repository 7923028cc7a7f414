using System.Buffers.Binary;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Archives;

/// <summary>
/// Looks through the directory of a zip file (APPNOTE 4.3) before <see cref="System.IO.Compression.ZipArchive"/> makes an object of each entry and keeps its
/// name: the number a file declares need not be true. It is looked for where that class does, zip64 included.
/// </summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054B50;
    private const uint LocatorSignature = 0x07064B50;
    private const uint Zip64EndSignature = 0x06064B50;
    private const uint EntrySignature = 0x02014B50;
    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int Zip64EndBytes = 56;
    private const int EntryBytes = 46;
    private const int LongestComment = ushort.MaxValue;
    private const int Encrypted = 1;

    // The longest path of Linux; names in exports of scans have tens of bytes, and seldom more than two hundred.
    private const int LongestName = 4096;

    // Of names, extra fields and comments most entries have a tenth of this, and a small archive may have a few long ones.
    private const long BytesForEntry = 1 << 10;
    private const long LeastBytes = 16 << 20;

    /// <summary>Walks over the entries.</summary>
    /// <exception cref="InvalidVolumeException">
    /// There are more than <paramref name="most"/>, a name or all that is said of them is too long, one is compressed in a way that is not read, or there is
    /// no sound directory.
    /// </exception>
    public static void Check(Stream zip, int most)
    {
        var start = Start(zip);
        zip.Position = start;
        var mostBytes = Math.Max(LeastBytes, most * BytesForEntry);
        Span<byte> entry = stackalloc byte[EntryBytes];
        for (var count = 0; zip.ReadAtLeast(entry, EntryBytes, throwOnEndOfStream: false) == EntryBytes && UInt32(entry, 0) == EntrySignature; count++)
        {
            if (count == most)
                throw DicomFault.TooLarge("too-many-files", $"The zip file has more than {Counted.Of(most, "entry", "entries")}; at most that many are accepted. Send one series.");
            var (flags, method, name) = (UInt16(entry, 8), UInt16(entry, 10), UInt16(entry, 28));
            if (name > LongestName)
                throw TooLarge($"The name of entry {count + 1} of the zip file has {name} bytes; at most {LongestName} are accepted. Pack the DICOM files again, with shorter names.");

            // The method of an encrypted entry may stand for its encryption, which is refused as such.
            if ((flags & Encrypted) == 0 && method is not (0 or 8 or 9))
                throw ArchiveFault.Unsupported($"Entry {count + 1} of the zip file is compressed by {NameOf(method)}");
            zip.Seek(name + UInt16(entry, 30) + UInt16(entry, 32), SeekOrigin.Current);
            if (zip.Position - start > mostBytes)
                throw TooLarge($"The directory of the zip file has more than {mostBytes} bytes; at most that many are accepted. Pack the DICOM files again, with shorter names and no comments.");
        }
    }

    private static InvalidVolumeException TooLarge(FormattableString message) => DicomFault.TooLarge("directory-too-large", message);

    private static long Start(Stream zip)
    {
        var tail = new byte[Math.Min(zip.Length, EndBytes + LongestComment)];
        zip.Position = zip.Length - tail.Length;
        zip.ReadExactly(tail);
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (UInt32(tail, at) != EndSignature)
                continue;
            var (disk, entries, start) = (UInt16(tail, at + 4), UInt16(tail, at + 10), (ulong)UInt32(tail, at + 16));

            // These values say that the true ones may be elsewhere.
            if (disk == ushort.MaxValue || entries == ushort.MaxValue || start == uint.MaxValue)
                (disk, start) = Zip64(zip, zip.Length - tail.Length + at) ?? (disk, start);
            if (disk != 0)
                throw ArchiveFault.Unsupported($"The zip file is part {disk + 1} of several");
            return start <= (ulong)zip.Length ? (long)start : throw ArchiveFault.Corrupt("its directory is not inside the file");
        }

        throw ArchiveFault.Corrupt("it has no directory; it may be cut short");
    }

    /// <summary>The number of the disk and the start of the directory as zip64 has them (APPNOTE 4.3.14, 4.3.15); null where it has none.</summary>
    private static (ushort Disk, ulong Start)? Zip64(Stream zip, long end)
    {
        Span<byte> bytes = stackalloc byte[Zip64EndBytes];
        if (!TryRead(zip, end - LocatorBytes, bytes[..LocatorBytes]) || UInt32(bytes, 0) != LocatorSignature)
            return null;
        var at = UInt64(bytes, 8);
        return at <= (ulong)zip.Length && TryRead(zip, (long)at, bytes) && UInt32(bytes, 0) == Zip64EndSignature
            ? ((ushort)Math.Min(UInt32(bytes, 16), ushort.MaxValue), UInt64(bytes, 48))
            : throw ArchiveFault.Corrupt("its directory (zip64) is not where it says");
    }

    private static bool TryRead(Stream zip, long at, Span<byte> bytes)
    {
        if (at < 0)
            return false;
        zip.Position = at;
        return zip.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
    }

    private static FormattableString NameOf(ushort method) => method switch
    {
        12 => $"bzip2 (method 12)",
        14 => $"LZMA (method 14)",
        93 => $"Zstandard (method 93)",
        95 => $"xz (method 95)",
        98 => $"PPMd (method 98)",
        _ => $"method {method}",
    };

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong UInt64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
