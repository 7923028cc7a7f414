using System.Buffers.Binary;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>
/// Walks over the markers of a JPEG 2000 codestream (ISO 15444-1 annex A) and requires every part of every tile: a decoder fills a tile that
/// is missing with grey and says nothing.
/// </summary>
internal static class Jpeg2000Tiles
{
    private const ushort StartOfTilePart = 0xFF90;
    private const ushort EndOfCodestream = 0xFFD9;
    private const ushort TilePartLengths = 0xFF55;
    private const int SizeSegmentEnd = 40;
    private const int StartOfTilePartBytes = 12;
    private const int MostTiles = 65535;

    /// <summary>Walks over the codestream.</summary>
    /// <param name="bytes">A codestream whose size segment was read before.</param>
    /// <param name="name">How faults name the frame.</param>
    /// <exception cref="Volumes.InvalidVolumeException">A tile or a part of one is missing, twice there, or cut short.</exception>
    public static void RequireAll(ReadOnlySpan<byte> bytes, string name)
    {
        var tiles = TileCount(bytes, name);
        var (at, announced) = MainHeader(bytes, name);
        var (parts, declared, seen) = (new byte[tiles], new byte[tiles], 0);
        while (at + 2 <= bytes.Length && UInt16(bytes, at) == StartOfTilePart)
        {
            if (at + StartOfTilePartBytes > bytes.Length)
                throw CutShort(name);
            var (tile, length) = (UInt16(bytes, at + 4), (long)UInt32(bytes, at + 6));
            var (part, count) = (bytes[at + 10], bytes[at + 11]);

            // A length of 0 is that of the last part, to the end of the codestream.
            var toTheEnd = length == 0;
            if (toTheEnd)
                length = WithoutEnd(bytes, name) - at;
            if (length < StartOfTilePartBytes || length > bytes.Length - at)
                throw CutShort(name);
            if (tile >= tiles)
                throw DicomFault.DecodeFailed($"The compressed image of {name} has a tile {tile + 1} of {tiles}.");
            if (part != parts[tile])
                throw DicomFault.DecodeFailed($"The compressed image of {name} has part {part + 1} of tile {tile + 1} where part {parts[tile] + 1} belongs.");
            parts[tile]++;
            declared[tile] = Math.Max(declared[tile], count);
            seen++;
            at += (int)length;
        }

        for (var tile = 0; tile < tiles; tile++)
        {
            var needed = Math.Max(declared[tile], (byte)1);
            if (parts[tile] < needed)
                throw Incomplete($"{parts[tile]} of {needed} parts of tile {tile + 1} of {tiles}", name);
        }

        if (announced is { } expected && expected != seen)
            throw Incomplete($"{seen} of {expected} announced tile parts", name);
    }

    private static int TileCount(ReadOnlySpan<byte> bytes, string name)
    {
        var across = Tiles(UInt32(bytes, 8), UInt32(bytes, 24), UInt32(bytes, 32));
        var down = Tiles(UInt32(bytes, 12), UInt32(bytes, 28), UInt32(bytes, 36));
        return across * down is > 0 and <= MostTiles
            ? (int)(across * down)
            : throw DicomFault.DecodeFailed($"The compressed image of {name} has {across}x{down} tiles; accepted: 1 to {MostTiles}.");
    }

    /// <summary>Tiles along one direction of the reference grid (equation B-5).</summary>
    private static long Tiles(uint end, uint tile, uint offset) =>
        tile == 0 || offset >= end ? 0 : Math.Min(((long)end - offset + tile - 1) / tile, MostTiles + 1);

    /// <summary>Where the first tile part begins, and how many of them the header announces, if it does (A.7.1).</summary>
    private static (int End, int? Announced) MainHeader(ReadOnlySpan<byte> bytes, string name)
    {
        // Behind the size segment.
        var at = 4 + UInt16(bytes, 4);
        int? announced = null;
        while (at + 4 <= bytes.Length && UInt16(bytes, at) != StartOfTilePart)
        {
            var (marker, length) = (UInt16(bytes, at), UInt16(bytes, at + 2));
            if (marker < 0xFF00 || marker == EndOfCodestream || length < 2)
                break;
            if (marker == TilePartLengths && at + 6 <= bytes.Length)
            {
                var entry = ((bytes[at + 5] >> 4) & 3) + ((bytes[at + 5] & 0x40) == 0 ? 2 : 4);
                announced = (announced ?? 0) + ((length - 4) / entry);
            }

            at += 2 + length;
        }

        return at + 2 <= bytes.Length && UInt16(bytes, at) == StartOfTilePart ? (at, announced) : throw CutShort(name);
    }

    /// <summary>The codestream's bytes before its end marker, which only zeros may follow.</summary>
    private static int WithoutEnd(ReadOnlySpan<byte> bytes, string name)
    {
        var end = bytes.TrimEnd((byte)0).Length;
        return end >= SizeSegmentEnd && UInt16(bytes, end - 2) == EndOfCodestream ? end - 2 : throw CutShort(name);
    }

    private static Volumes.InvalidVolumeException Incomplete(FormattableString what, string name) =>
        DicomFault.DecodeFailed($"The compressed image of {name} has {DicomFault.Sentence(what)}; send the series again, or uncompressed.");

    private static Volumes.InvalidVolumeException CutShort(string name) =>
        DicomFault.DecodeFailed($"The compressed image of {name} is cut short; send the series again, or uncompressed.");

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
