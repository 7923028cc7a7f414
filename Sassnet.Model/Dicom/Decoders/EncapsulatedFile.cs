using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>Writes a DICOM file of compressed frames that has nothing of its source but the frames: what a decoder needs to know, and no patient.</summary>
internal sealed class EncapsulatedFile : IDisposable
{
    private const string MultiframeWordCapture = "1.2.840.10008.5.1.4.1.1.7.3";

    // Nothing keeps the file: the identifier need not be unique.
    private const string InstanceUid = "2.25.1";

    private readonly FileStream _stream;

    /// <summary>Begins a file.</summary>
    public EncapsulatedFile(string path, TransferSyntax syntax, PixelLayout layout, int frames)
    {
        var header = new DataSetBuilder();
        header.Text(DicomTags.SopClassUid, "UI", MultiframeWordCapture);
        header.Text(DicomTags.SopInstanceUid, "UI", InstanceUid);
        header.Short(DicomTags.SamplesPerPixel, 1);
        header.Text(DicomTags.PhotometricInterpretation, "CS", "MONOCHROME2");
        header.Text(DicomTags.NumberOfFrames, "IS", frames.ToString(CultureInfo.InvariantCulture));
        header.Short(DicomTags.Rows, layout.Rows);
        header.Short(DicomTags.Columns, layout.Columns);
        header.Short(DicomTags.BitsAllocated, layout.BitsAllocated);
        header.Short(DicomTags.BitsStored, layout.BitsStored);
        header.Short(DicomTags.HighBit, layout.BitsStored - 1);
        header.Short(DicomTags.PixelRepresentation, layout.IsSigned ? 1 : 0);

        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        FileMeta.Write(_stream, MultiframeWordCapture, InstanceUid, syntax.Uid);
        header.WriteTo(_stream);
        _stream.Write(ElementHead.Of(DicomTags.PixelData, "OB", uint.MaxValue));

        // An empty offset table.
        _stream.Write(ElementHead.OfItem(DicomTags.Item, 0));
    }

    /// <summary>Adds a frame as one fragment.</summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        _stream.Write(ElementHead.OfItem(DicomTags.Item, (uint)(frame.Length + (frame.Length & 1))));
        _stream.Write(frame);
        if (frame.Length % 2 == 1)
            _stream.WriteByte(0);
    }

    /// <summary>Ends the file.</summary>
    public void Dispose()
    {
        _stream.Write(ElementHead.OfItem(DicomTags.SequenceDelimitation, 0));
        _stream.Dispose();
    }
}
