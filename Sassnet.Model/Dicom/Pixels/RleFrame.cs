using System.Buffers.Binary;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Pixels;

/// <summary>Decodes a frame of run lengths (PS3.5 annex G): a segment for each byte of a pixel, the highest byte first, in the PackBits scheme.</summary>
internal static class RleFrame
{
    private const int HeaderBytes = 64;

    /// <summary>Decodes a frame.</summary>
    /// <param name="coded">The frame's bytes as in the file.</param>
    /// <param name="frame">Room for exactly the frame's pixels; they are written with their lowest byte first.</param>
    /// <param name="layout">How its pixels are stored.</param>
    /// <param name="name">How faults name the frame.</param>
    /// <exception cref="Volumes.InvalidVolumeException">The bytes do not decode to exactly the frame.</exception>
    public static void Decode(ReadOnlySpan<byte> coded, Span<byte> frame, PixelLayout layout, string name)
    {
        var segments = layout.BytesPerPixel;
        if (coded.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(coded) != segments)
            throw DicomFault.DecodeFailed($"The RLE data of {name} has no header for {segments} segments.");

        for (var segment = 0; segment < segments; segment++)
        {
            var start = BinaryPrimitives.ReadUInt32LittleEndian(coded[(sizeof(uint) * (segment + 1))..]);
            var end = segment + 1 < segments ? BinaryPrimitives.ReadUInt32LittleEndian(coded[(sizeof(uint) * (segment + 2))..]) : (uint)coded.Length;
            if (start < HeaderBytes || start > end || end > coded.Length)
                throw DicomFault.DecodeFailed($"RLE segment {segment + 1} of {name} goes from byte {start} to {end} of {coded.Length}.");
            var decoded = DecodeSegment(coded[(int)start..(int)end], frame, segments - 1 - segment, segments);
            if (decoded != layout.Count)
                throw DicomFault.DecodeFailed($"RLE segment {segment + 1} of {name} does not decode to the {layout.Count} pixels that Rows and Columns say.");
        }
    }

    /// <summary>Decodes one segment to every <paramref name="step"/>th byte.</summary>
    /// <returns>The bytes that came out; fewer than wanted where the segment is too short, −1 where it is damaged.</returns>
    private static int DecodeSegment(ReadOnlySpan<byte> coded, Span<byte> frame, int first, int step)
    {
        var (at, count, wanted) = (0, 0, frame.Length / step);
        while (at < coded.Length && count < wanted)
        {
            var control = (sbyte)coded[at++];
            if (control == sbyte.MinValue)
                continue;

            var isRun = control < 0;
            var length = isRun ? 1 - control : 1 + control;
            if (count + length > wanted || at + (isRun ? 1 : length) > coded.Length)
                return -1;
            for (var i = 0; i < length; i++)
                frame[first + ((count + i) * step)] = coded[isRun ? at : at + i];
            at += isRun ? 1 : length;
            count += length;
        }

        return count;
    }
}
