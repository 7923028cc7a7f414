using System.Buffers.Binary;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>A JP2 file (ISO 15444-1 annex I). DICOM has bare codestreams, but some software puts whole files into the fragments.</summary>
internal static class Jp2File
{
    private const int BoxHeader = 8;
    private const int LongBoxHeader = 16;

    // A file begins with its signature box.
    private static ReadOnlySpan<byte> Signature => [0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' '];

    /// <summary>The codestream in a JP2 file, or the bytes themselves where they are none.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">The file has no codestream, or its pixels are indices into a palette.</exception>
    public static ReadOnlySpan<byte> Codestream(ReadOnlySpan<byte> bytes, string name)
    {
        if (!bytes.StartsWith(Signature))
            return bytes;
        for (var at = 0; at + BoxHeader <= bytes.Length;)
        {
            var (header, length) = Length(bytes[at..]);
            var type = bytes.Slice(at + 4, 4);
            if (length < header || length > bytes.Length - at)
                break;
            if (type.SequenceEqual("jp2c"u8))
                return bytes.Slice(at + header, (int)length - header);
            if (type.SequenceEqual("jp2h"u8) && bytes.Slice(at + header, (int)length - header).IndexOf("pclr"u8) >= 0)
                throw DicomFault.DecodeFailed($"The compressed image of {name} is a JP2 file with a palette; accepted: grey values.");
            at += (int)length;
        }

        throw DicomFault.DecodeFailed($"The compressed image of {name} is a JP2 file without a whole codestream.");
    }

    /// <summary>The bytes of a box's header and of all of it; a length of 0 goes to the end, one of 1 says that 64 bits follow.</summary>
    private static (int Header, long Length) Length(ReadOnlySpan<byte> box) => BinaryPrimitives.ReadUInt32BigEndian(box) switch
    {
        0 => (BoxHeader, box.Length),
        1 when box.Length < LongBoxHeader => (LongBoxHeader, long.MaxValue),
        1 => (LongBoxHeader, (long)Math.Min(long.MaxValue, BinaryPrimitives.ReadUInt64BigEndian(box[BoxHeader..]))),
        var length => (BoxHeader, length),
    };
}
