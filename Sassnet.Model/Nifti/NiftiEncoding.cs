using System.Buffers.Binary;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>How a NIfTI file is laid out: its version and its byte order.</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="BigEndian">Whether numbers have their highest byte first.</param>
internal readonly record struct NiftiEncoding(int Version, bool BigEndian)
{
    /// <summary>Bytes from which the format can be told: the length of a NIfTI-1 header.</summary>
    public const int HeadLength = 348;

    private const int Nifti1HeaderLength = 348;
    private const int Nifti2HeaderLength = 540;
    private const int Nifti1MagicAt = 344;
    private const int Nifti2MagicAt = 4;

    /// <summary>Bytes of the header.</summary>
    public int HeaderLength => Version == 1 ? Nifti1HeaderLength : Nifti2HeaderLength;

    /// <summary>Where the header says how it goes on: four bytes, the first of which tells whether extensions follow.</summary>
    public int ExtensionsStart => HeaderLength + 4;

    private static ReadOnlySpan<byte> Nifti1Magic => "n+1\0"u8;

    private static ReadOnlySpan<byte> Nifti1PairMagic => "ni1\0"u8;

    private static ReadOnlySpan<byte> Nifti2Magic => "n+2\0\r\n\u001a\n"u8;

    private static ReadOnlySpan<byte> Nifti2PairMagic => "ni2\0\r\n\u001a\n"u8;

    /// <summary>Tells the layout from a file's first <see cref="HeadLength"/> bytes, or fewer where the file is shorter.</summary>
    /// <param name="head">The bytes.</param>
    /// <param name="accepted">Where a file of another format is refused: all that whoever reads it would take.</param>
    /// <exception cref="InvalidVolumeException">Another format, a damaged header, or fewer bytes than a header has.</exception>
    public static NiftiEncoding Recognise(ReadOnlySpan<byte> head, string accepted)
    {
        RefuseDicom(head, accepted);
        if (head.Length < HeadLength)
            throw NiftiFault.Truncated("a NIfTI header", head.Length, HeadLength);

        var nifti1Magic = head.Slice(Nifti1MagicAt, 4);
        var nifti2Magic = head.Slice(Nifti2MagicAt, 8);
        if (nifti1Magic.SequenceEqual(Nifti1PairMagic) || nifti2Magic.SequenceEqual(Nifti2PairMagic))
            throw NiftiFault.NotAVolume("the header of a NIfTI pair (.hdr and .img), which has no voxels", accepted);

        var bigEndian = BinaryPrimitives.ReadInt32BigEndian(head);
        var littleEndian = BinaryPrimitives.ReadInt32LittleEndian(head);
        var version = nifti1Magic.SequenceEqual(Nifti1Magic) ? 1 : nifti2Magic.SequenceEqual(Nifti2Magic) ? 2 : 0;
        if (version == 0)
        {
            throw NiftiFault.NotAVolume(
                littleEndian == Nifti1HeaderLength || bigEndian == Nifti1HeaderLength
                    ? "a volume of Analyze 7.5, whose header does not say where the patient's left is: NIfTI's magic \"n+1\" is missing"
                    : "of none of the formats read here",
                accepted);
        }

        var length = new NiftiEncoding(version, false).HeaderLength;
        if (littleEndian != length && bigEndian != length)
            throw NiftiFault.BadHeader("sizeof_hdr", littleEndian, $"{length} in a NIfTI-{version} file, in either byte order");
        return new NiftiEncoding(version, bigEndian == length);
    }

    /// <summary>Whether a file's first <see cref="HeadLength"/> bytes are the header of a pair of files (.hdr and .img), as NIfTI and Analyze 7.5 have them. <see cref="Recognise"/> refuses each.</summary>
    public static bool IsOfPair(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadLength)
            return false;
        var nifti1Magic = head.Slice(Nifti1MagicAt, 4);
        var isAnalyze = BinaryPrimitives.ReadInt32LittleEndian(head) == Nifti1HeaderLength || BinaryPrimitives.ReadInt32BigEndian(head) == Nifti1HeaderLength;
        return nifti1Magic.SequenceEqual(Nifti1PairMagic) || head.Slice(Nifti2MagicAt, 8).SequenceEqual(Nifti2PairMagic) || (isAnalyze && !nifti1Magic.SequenceEqual(Nifti1Magic));
    }

    // Of an upload only what is gzipped comes here as DICOM.
    private static void RefuseDicom(ReadOnlySpan<byte> head, string accepted)
    {
        var kind = FileKind.Of(head);
        if (kind == FileKind.Zip || kind == FileKind.Dicom)
            throw NiftiFault.NotAVolume($"a {kind.Name}; DICOM is read as a series, from all its files, none of them gzipped", accepted);
    }
}
