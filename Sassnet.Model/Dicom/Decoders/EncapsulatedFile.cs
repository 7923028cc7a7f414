using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>Writes a DICOM file of compressed frames that has nothing of its source but the frames: what a decoder needs to know, and no patient.</summary>
internal sealed class EncapsulatedFile : IDisposable
{
    private const string MultiframeWordCapture = "1.2.840.10008.5.1.4.1.1.7.3";

    // Nothing keeps the file: the identifier need not be unique.
    private const string InstanceUid = "2.25.1";
    private const int PreambleBytes = 128;

    private readonly FileStream _stream;

    /// <summary>Begins a file.</summary>
    public EncapsulatedFile(string path, TransferSyntax syntax, PixelLayout layout, int frames)
    {
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        _stream.Write(new byte[PreambleBytes]);
        _stream.Write("DICM"u8);
        WriteMeta(syntax);
        Write(new DicomTag(0x0008, 0x0016), "UI", Text(MultiframeWordCapture, '\0'));
        Write(new DicomTag(0x0008, 0x0018), "UI", Text(InstanceUid, '\0'));
        Write(DicomTags.SamplesPerPixel, 1);
        Write(DicomTags.PhotometricInterpretation, "CS", Text("MONOCHROME2", ' '));
        Write(DicomTags.NumberOfFrames, "IS", Text(frames.ToString(CultureInfo.InvariantCulture), ' '));
        Write(DicomTags.Rows, layout.Rows);
        Write(DicomTags.Columns, layout.Columns);
        Write(DicomTags.BitsAllocated, layout.BitsAllocated);
        Write(DicomTags.BitsStored, layout.BitsStored);
        Write(DicomTags.HighBit, layout.BitsStored - 1);
        Write(DicomTags.PixelRepresentation, layout.IsSigned ? 1 : 0);
        WriteLong(DicomTags.PixelData, "OB", uint.MaxValue);

        // An empty offset table.
        WriteItem(DicomTags.Item, 0);
    }

    /// <summary>Adds a frame as one fragment.</summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        WriteItem(DicomTags.Item, frame.Length + (frame.Length & 1));
        _stream.Write(frame);
        if (frame.Length % 2 == 1)
            _stream.WriteByte(0);
    }

    /// <summary>Ends the file.</summary>
    public void Dispose()
    {
        WriteItem(DicomTags.SequenceDelimitation, 0);
        _stream.Dispose();
    }

    private void WriteMeta(TransferSyntax syntax)
    {
        var (sopClass, instance, encoding, implementation) = (Text(MultiframeWordCapture, '\0'), Text(InstanceUid, '\0'), Text(syntax.Uid, '\0'), Text(InstanceUid, '\0'));
        const int LongHeader = 12;
        const int ShortHeader = 8;
        var length = LongHeader + 2 + (4 * ShortHeader) + sopClass.Length + instance.Length + encoding.Length + implementation.Length;
        var lengthBytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(lengthBytes, (uint)length);
        Write(new DicomTag(0x0002, 0x0000), "UL", lengthBytes);
        WriteLong(new DicomTag(0x0002, 0x0001), "OB", 2);
        _stream.Write([0, 1]);
        Write(new DicomTag(0x0002, 0x0002), "UI", sopClass);
        Write(new DicomTag(0x0002, 0x0003), "UI", instance);
        Write(DicomTags.TransferSyntaxUid, "UI", encoding);
        Write(new DicomTag(0x0002, 0x0012), "UI", implementation);
    }

    private static byte[] Text(string text, char padding) => Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + padding);

    private void Write(DicomTag tag, int value)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        Write(tag, "US", bytes);
    }

    private void Write(DicomTag tag, string vr, byte[] value)
    {
        WriteHead(tag, vr);
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)value.Length);
        _stream.Write(length);
        _stream.Write(value);
    }

    private void WriteLong(DicomTag tag, string vr, uint length)
    {
        WriteHead(tag, vr);
        Span<byte> bytes = stackalloc byte[2 + sizeof(uint)];
        bytes[..2].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[2..], length);
        _stream.Write(bytes);
    }

    private void WriteItem(DicomTag tag, int length)
    {
        WriteHead(tag, string.Empty);
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        _stream.Write(bytes);
    }

    private void WriteHead(DicomTag tag, string vr)
    {
        Span<byte> bytes = stackalloc byte[2 * sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, tag.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[sizeof(ushort)..], tag.Element);
        _stream.Write(bytes);
        _stream.Write(Encoding.ASCII.GetBytes(vr));
    }
}
