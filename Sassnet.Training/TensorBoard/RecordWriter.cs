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

    /// <summary>Appends one record.</summary>
    public static void Write(Stream output, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], MaskedCrc(header[..8]));
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedCrc(payload));
        output.Write(header);
        output.Write(payload);
        output.Write(footer);
    }

    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
