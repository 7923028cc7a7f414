using System.Buffers.Binary;
using System.Numerics;

namespace Sassnet.Training.TensorBoard;

/// <summary>
/// TFRecord framing: length (uint64), masked CRC-32C of the length, payload, masked CRC-32C of the payload; all little-endian.
/// The mask keeps a checksum of data that holds checksums meaningful: rotate right by 15 bits and add a constant.
/// </summary>
internal static class RecordWriter
{
    private const uint MaskDelta = 0xA282EAD8;
    private const int HeaderLength = sizeof(ulong) + sizeof(uint);
    private const int FooterLength = sizeof(uint);

    /// <summary>Appends one record, in one write.</summary>
    public static void Write(Stream output, ReadOnlySpan<byte> payload)
    {
        var record = new byte[HeaderLength + payload.Length + FooterLength];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), MaskedCrc(record.AsSpan(0, sizeof(ulong))));
        payload.CopyTo(record.AsSpan(HeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeaderLength + payload.Length), MaskedCrc(payload));
        output.Write(record);
    }

    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
