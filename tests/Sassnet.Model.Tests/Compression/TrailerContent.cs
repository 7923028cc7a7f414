using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Sassnet.Model.Tests.Compression;

/// <summary>Content that is nothing but what gzip (RFC 1952) writes behind it: the checksum and the length, again and again.</summary>
internal static class TrailerContent
{
    private const uint Polynomial = 0xEDB88320;

    /// <summary>The content: so many trailers, and four bytes that give all of it the checksum that they name.</summary>
    public static byte[] Of(int trailers, uint checksum)
    {
        var content = new byte[(8 * trailers) + 4];
        for (var at = 0; at < 8 * trailers; at += 8)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(at), checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(at + 4), (uint)content.Length);
        }

        // The register after four bytes is that after four zeros from a register with the bytes in it; so four zeros are taken back from the end.
        var wanted = ~checksum;
        for (var step = 0; step < 4; step++)
        {
            var number = (uint)Enumerable.Range(0, 256).Single(value => Entry((uint)value) >> 24 == wanted >> 24);
            wanted = ((wanted ^ Entry(number)) << 8) | number;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(8 * trailers), wanted ^ ~Crc32.HashToUInt32(content.AsSpan(0, 8 * trailers)));
        return content;
    }

    /// <summary>A member with this content in blocks that are not compressed.</summary>
    public static byte[] Stored(byte[] content)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(content);
        return member.ToArray();
    }

    /// <summary>An entry of the table by which checksums are made a byte at a time.</summary>
    private static uint Entry(uint number)
    {
        for (var bit = 0; bit < 8; bit++)
            number = (number & 1) == 1 ? (number >> 1) ^ Polynomial : number >> 1;
        return number;
    }
}
