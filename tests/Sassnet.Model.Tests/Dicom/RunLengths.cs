using System.Buffers.Binary;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Encodes a frame of 16-bit pixels as PS3.5 annex G has it, with runs and literals.</summary>
internal static class RunLengths
{
    public static byte[] Encode(short[] frame)
    {
        var high = Segment([.. frame.Select(value => (byte)(value >> 8))]);
        var low = Segment([.. frame.Select(value => (byte)value)]);
        var header = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(header, 2);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), header.Length + high.Length);
        return [.. header, .. high, .. low];
    }

    private static byte[] Segment(byte[] bytes)
    {
        var coded = new List<byte>();
        for (var at = 0; at < bytes.Length;)
        {
            var run = 1;
            while (at + run < bytes.Length && run < 128 && bytes[at + run] == bytes[at])
                run++;
            if (run > 1)
                coded.AddRange([(byte)(1 - run), bytes[at]]);
            else
                coded.AddRange([0, bytes[at]]);
            at += run;
        }

        if (coded.Count % 2 == 1)
            coded.Add(0x80);
        return [.. coded];
    }
}
