using System.Buffers.Binary;
using System.Text;

namespace Sassnet.Training.Tests.TensorBoard;

/// <summary>One decoded event; absent fields are null.</summary>
internal sealed record DecodedEvent(double WallTime, long Step, string? FileVersion, string? Tag, float? Value, int? SessionStatus, byte[]? Picture = null);

/// <summary>Reads an event file by the published formats (TFRecord, Protocol Buffers), sharing no code with the writer.</summary>
internal static class EventFileReader
{
    public static List<DecodedEvent> Read(string path)
    {
        // Opened as a reader beside a live run would.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var events = new List<DecodedEvent>();
        for (ReadOnlySpan<byte> rest = bytes; rest.Length > 0;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            Verify(rest[..8], BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            Verify(rest.Slice(12, length), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            events.Add(Decode(rest.Slice(12, length)));
            rest = rest[(16 + length)..];
        }

        return events;
    }

    /// <summary>CRC-32C bit by bit, from its reversed polynomial.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        }

        return crc ^ 0xFFFFFFFFu;
    }

    private static void Verify(ReadOnlySpan<byte> bytes, uint stored)
    {
        var crc = Crc32C(bytes);
        var masked = unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8u);
        if (masked != stored)
            throw new InvalidDataException($"Checksum {stored:x8} where {masked:x8} belongs.");
    }

    private static DecodedEvent Decode(ReadOnlySpan<byte> message)
    {
        var decoded = new DecodedEvent(0, 0, null, null, null, null);
        while (message.Length > 0)
        {
            var key = Varint(ref message);
            switch (key)
            {
                case (1 << 3) | 1:
                    decoded = decoded with { WallTime = BinaryPrimitives.ReadDoubleLittleEndian(Take(ref message, 8)) };
                    break;
                case (2 << 3) | 0:
                    decoded = decoded with { Step = (long)Varint(ref message) };
                    break;
                case (3 << 3) | 2:
                    decoded = decoded with { FileVersion = Encoding.UTF8.GetString(Delimited(ref message)) };
                    break;
                case (5 << 3) | 2:
                    decoded = DecodeSummary(decoded, Delimited(ref message));
                    break;
                case (7 << 3) | 2:
                    var session = Delimited(ref message);
                    if (Varint(ref session) != 1 << 3)
                        throw new InvalidDataException("A session log without a status.");
                    decoded = decoded with { SessionStatus = (int)Varint(ref session) };
                    break;
                default:
                    throw new InvalidDataException($"Unexpected key {key}.");
            }
        }

        return decoded;
    }

    private static DecodedEvent DecodeSummary(DecodedEvent decoded, ReadOnlySpan<byte> summary)
    {
        if (Varint(ref summary) != ((1 << 3) | 2))
            throw new InvalidDataException("A summary without a value.");
        var value = Delimited(ref summary);
        if (summary.Length > 0)
            throw new InvalidDataException("A summary with more than one value.");
        while (value.Length > 0)
        {
            decoded = Varint(ref value) switch
            {
                (1 << 3) | 2 => decoded with { Tag = Encoding.UTF8.GetString(Delimited(ref value)) },
                (2 << 3) | 5 => decoded with { Value = BinaryPrimitives.ReadSingleLittleEndian(Take(ref value, 4)) },
                (4 << 3) | 2 => decoded with { Picture = DecodeImage(Delimited(ref value)) },
                var key => throw new InvalidDataException($"Unexpected key {key} in a value."),
            };
        }

        return decoded;
    }

    private static byte[] DecodeImage(ReadOnlySpan<byte> image)
    {
        var numbers = new Dictionary<ulong, ulong>();
        while (image.Length > 0)
        {
            var key = Varint(ref image);
            if (key == ((4 << 3) | 2))
            {
                var png = Delimited(ref image).ToArray();

                // Width and height of a PNG stand in its first chunk.
                if (numbers[1 << 3] != BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(20)) || numbers[2 << 3] != BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(16)))
                    throw new InvalidDataException("The image's size is not the picture's.");
                return png;
            }

            numbers[key] = Varint(ref image);
        }

        throw new InvalidDataException("An image without a picture.");
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(ref bytes, 1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static ReadOnlySpan<byte> Delimited(ref ReadOnlySpan<byte> bytes) => Take(ref bytes, (int)Varint(ref bytes));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }
}
