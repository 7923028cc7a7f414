using System.Buffers.Binary;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Archives;

/// <summary>
/// Counts the entries of a zip file before <see cref="System.IO.Compression.ZipArchive"/> makes an object of each: the number a file declares need
/// not be true.
/// </summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054B50;
    private const uint EntrySignature = 0x02014B50;
    private const int EndBytes = 22;
    private const int EntryBytes = 46;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>Walks over the entries.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">There are more than <paramref name="most"/>, or no sound directory.</exception>
    public static void RequireAtMost(Stream zip, int most)
    {
        zip.Position = Start(zip);
        Span<byte> entry = stackalloc byte[EntryBytes];
        for (var count = 0; zip.ReadAtLeast(entry, EntryBytes, throwOnEndOfStream: false) == EntryBytes && UInt32(entry, 0) == EntrySignature; count++)
        {
            if (count == most)
                throw TooMany(most);
            zip.Seek(UInt16(entry, 28) + UInt16(entry, 30) + UInt16(entry, 32), SeekOrigin.Current);
        }
    }

    private static long Start(Stream zip)
    {
        var tail = new byte[Math.Min(zip.Length, EndBytes + LongestComment)];
        zip.Position = zip.Length - tail.Length;
        zip.ReadExactly(tail);
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (UInt32(tail, at) != EndSignature)
                continue;
            var (disk, entries, start) = (UInt16(tail, at + 4), UInt16(tail, at + 10), UInt32(tail, at + 16));

            // These values say that the true ones are elsewhere (zip64), where other code than this would look for them.
            if (entries == ushort.MaxValue)
                throw TooMany(ushort.MaxValue - 1);
            if (disk != 0 || start > zip.Length)
                throw ArchiveFault.Corrupt("its directory is not inside the file");
            return start;
        }

        throw ArchiveFault.Corrupt("it has no directory; it may be cut short");
    }

    private static Volumes.InvalidVolumeException TooMany(int most) =>
        DicomFault.TooLarge("too-many-files", $"The zip file has more than {most} entries; fewer are accepted. Send one series.");

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
