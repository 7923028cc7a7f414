using System.Buffers.Binary;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>What a compressed image says of itself in its own header.</summary>
/// <param name="Rows">Its height.</param>
/// <param name="Columns">Its width.</param>
/// <param name="Components">Values of a pixel.</param>
/// <param name="Bits">Bits of a value.</param>
/// <param name="IsSigned">Whether values are signed; JPEG and JPEG-LS know only patterns of bits.</param>
internal sealed record Codestream(int Rows, int Columns, int Components, int Bits, bool IsSigned)
{
    private const int SegmentHeader = 4;

    /// <summary>Checks it against what the DICOM header declares, before a decoder believes either.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">They contradict each other.</exception>
    public void Require(PixelLayout layout, string name)
    {
        if ((Rows, Columns, Components) != (layout.Rows, layout.Columns, 1))
        {
            throw DicomFault.DecodeFailed(
                $"The compressed image of {name} is {Columns}x{Rows} with {Components} components; the DICOM header declares {layout.Columns}x{layout.Rows} with 1.");
        }

        // Where the signs differ, the pattern of the stored bits can still be meant, and only if all of them are there.
        var fits = Bits <= layout.BitsAllocated && Bits > layout.BitsAllocated - 8
            && (IsSigned ? layout.IsSigned : !layout.IsSigned || Bits >= layout.BitsStored);
        if (!fits)
        {
            throw DicomFault.DecodeFailed(
                $"The compressed image of {name} has {Bits} {Sign(IsSigned)} bits; the DICOM header declares {layout.BitsStored} {Sign(layout.IsSigned)} bits in {layout.BitsAllocated}.");
        }
    }

    /// <summary>Reads the frame header of JPEG (ISO 10918-1 B.2.2) or JPEG-LS (ISO 14495-1 C.2.2).</summary>
    /// <exception cref="Volumes.InvalidVolumeException">There is none.</exception>
    public static Codestream OfJpeg(ReadOnlySpan<byte> bytes, PixelCoding coding, string name)
    {
        // The start of the image, then segments with their length until the frame header.
        var at = bytes is [0xFF, 0xD8, ..] ? 2 : bytes.Length;
        while (at + SegmentHeader <= bytes.Length && bytes[at] == 0xFF)
        {
            var marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (IsFrameHeader(marker, coding) && length >= 8 && at + 10 <= bytes.Length)
            {
                return new Codestream(
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), bytes[at + 9], bytes[at + 4], false);
            }

            at += 2 + Math.Max((int)length, 2);
        }

        throw DicomFault.DecodeFailed($"The compressed image of {name} has no {(coding == PixelCoding.JpegLs ? "JPEG-LS" : "JPEG")} frame header.");
    }

    /// <summary>Reads the size segment of JPEG 2000 (ISO 15444-1 A.5.1), which follows the start of the codestream.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">It is not there, or the image does not begin at the grid's origin.</exception>
    public static Codestream OfJpeg2000(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length < 45 || bytes is not [0xFF, 0x4F, 0xFF, 0x51, ..])
            throw DicomFault.DecodeFailed($"The compressed image of {name} has no JPEG 2000 size segment.");
        var (width, height) = (UInt32(bytes, 8), UInt32(bytes, 12));
        var components = BinaryPrimitives.ReadUInt16BigEndian(bytes[40..]);
        if (UInt32(bytes, 16) != 0 || UInt32(bytes, 20) != 0 || width > ushort.MaxValue || height > ushort.MaxValue || bytes[43] != 1 || bytes[44] != 1)
            throw DicomFault.DecodeFailed($"The compressed image of {name} is {width}x{height}, shifted or subsampled; accepted: up to 65535x65535 from the origin, each pixel once.");
        return new Codestream((int)height, (int)width, components, (bytes[42] & 0x7F) + 1, (bytes[42] & 0x80) != 0);
    }

    // Baseline, extended and lossless sequential; the rest of JPEG is not in DICOM any more.
    private static bool IsFrameHeader(byte marker, PixelCoding coding) => coding == PixelCoding.JpegLs ? marker == 0xF7 : marker is 0xC0 or 0xC1 or 0xC3;

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private static string Sign(bool isSigned) => isSigned ? "signed" : "unsigned";
}
