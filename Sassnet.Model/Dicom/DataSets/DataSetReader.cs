using System.Buffers.Binary;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>
/// Reads a data set (PS3.5 7) from a seekable stream: keeps the attributes of <see cref="DicomTags"/>, walks over all others, and stops at the
/// pixels. Every length is checked against what is left of its container before anything is read or allocated.
/// </summary>
internal sealed class DataSetReader(Stream stream, TransferSyntax syntax, HeaderBudget budget, CancellationToken ct)
{
    private const uint Undefined = 0xFFFF_FFFF;
    private const int DeepestNesting = 16;
    private const int LongestValue = 1024;
    private const int HeaderBytes = 8;

    private int _elements;
    private DicomTag? _last;

    /// <summary>The pixels, once <see cref="Read"/> has come to them.</summary>
    public PixelData? Pixels { get; private set; }

    /// <summary>Reads from the stream's position to its end or to the pixels.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">The bytes are no data set.</exception>
    public DicomDataSet Read() => ReadElements(new Container(stream.Length, false, 0, true, syntax));

    /// <summary>Reads as far as an attribute and no further; to the pixels or the end where it is not there.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">The bytes before it are no data set.</exception>
    public DicomDataSet ReadThrough(DicomTag last)
    {
        _last = last;
        return Read();
    }

    /// <summary>Reads the meta information (PS3.10 7.1), which ends where another group than 0002 begins.</summary>
    public DicomDataSet ReadMeta()
    {
        var meta = new DicomDataSet();
        var container = new Container(stream.Length, false, 0, true, TransferSyntax.ExplicitLittleEndian);
        while (NextIsMeta())
            ReadValue(ReadHeader(container), container, meta);
        return meta;
    }

    /// <summary>Whether the next group is 0002. What follows it is encoded in its own way: no more than two bytes can be looked at.</summary>
    private bool NextIsMeta()
    {
        Span<byte> group = stackalloc byte[sizeof(ushort)];
        var count = stream.ReadAtLeast(group, group.Length, throwOnEndOfStream: false);
        stream.Position -= count;
        return count == group.Length && UInt16(group, bigEndian: false) == DicomTags.TransferSyntaxUid.Group;
    }

    private DicomDataSet ReadElements(Container container)
    {
        var elements = new DicomDataSet();
        while (stream.Position < container.End)
        {
            var header = ReadHeader(container);
            if (header.Tag == DicomTags.ItemDelimitation && container.IsDelimited)
                return elements;
            if (header.Tag == DicomTags.PixelData && container.Depth == 0)
            {
                Pixels = ReadPixels(header, container);
                return elements;
            }

            ReadValue(header, container, elements);
            if (header.Tag == _last && container.Depth == 0)
                return elements;
        }

        return container.IsDelimited ? throw DicomFault.Truncated($"The DICOM data set is cut short: an item has no end.") : elements;
    }

    private ElementHeader ReadHeader(Container container)
    {
        if (++_elements > HeaderBudget.ElementsInFile)
            throw DicomFault.TooLarge("header-too-large", $"A DICOM file has more than {HeaderBudget.ElementsInFile} attributes, items and fragments; at most that many are accepted.");
        if ((_elements & 0xFFF) == 0)
            ct.ThrowIfCancellationRequested();

        Span<byte> bytes = stackalloc byte[HeaderBytes];
        ReadExactly(bytes, container);
        var bigEndian = container.Syntax.IsBigEndian;
        var tag = new DicomTag(UInt16(bytes, bigEndian), UInt16(bytes[2..], bigEndian));
        if (tag.Group == DicomTags.Item.Group || !container.Syntax.IsExplicit)
            return new ElementHeader(tag, default, UInt32(bytes[4..], bigEndian));

        var vr = new ValueType(bytes[4], bytes[5]);
        if (!vr.IsLegal)
            throw DicomFault.BadHeader($"The attribute {tag} at byte {stream.Position - HeaderBytes} has a value representation that is not two capital letters.");
        if (!vr.HasLongLength)
            return new ElementHeader(tag, vr, UInt16(bytes[6..], bigEndian));
        ReadExactly(bytes[..4], container);
        return new ElementHeader(tag, vr, UInt32(bytes, bigEndian));
    }

    /// <summary>Reads what follows a header. What a file calls unknown (VR UN) may be an attribute that is kept; it is implicit VR little endian in every file (PS3.5 6.2.2).</summary>
    private void ReadValue(ElementHeader header, Container container, DicomDataSet elements)
    {
        var (tag, vr, length) = header;
        var keepItems = container.IsKept && DicomTags.IsKeptSequence(tag);
        if (length == Undefined)
        {
            if (vr.IsPixels)
                ReadFragments(container);
            else
                AddItems(tag, ReadItems(container.Inside(container.End, true, keepItems, vr.IsUnknown)), keepItems, elements);
            return;
        }

        RequireLeft(length, tag, container);
        if (keepItems && (vr.IsSequence || vr.IsUnknown || !container.Syntax.IsExplicit))
            AddItems(tag, ReadItems(container.Inside(stream.Position + length, false, true, vr.IsUnknown)), true, elements);
        else if (container.IsKept && DicomTags.IsKept(tag) && !(length > LongestValue && DicomTags.IsNotNeeded(tag)))
            elements.Add(new DicomElement(tag, ReadKept(tag, length, container), [], container.Syntax.IsBigEndian && !vr.IsUnknown));
        else
            Skip(tag, length, container, elements);
    }

    private void Skip(DicomTag tag, uint length, Container container, DicomDataSet elements)
    {
        if (container.IsKept && DicomTags.IsNotNeeded(tag))
            elements.AddTooLong(tag);
        stream.Seek(length, SeekOrigin.Current);
    }

    private static void AddItems(DicomTag tag, List<DicomDataSet> items, bool keep, DicomDataSet elements)
    {
        if (keep)
            elements.Add(new DicomElement(tag, [], items));
    }

    private byte[] ReadKept(DicomTag tag, uint length, Container container)
    {
        if (length > LongestValue)
            throw DicomFault.BadHeader($"The attribute {tag} has {length} bytes; accepted: at most {LongestValue}.");
        budget.Keep((int)length);
        var value = new byte[length];
        ReadExactly(value, container);
        return value;
    }

    /// <summary>Reads the items of a sequence; they are returned where the container's are kept.</summary>
    private List<DicomDataSet> ReadItems(Container sequence)
    {
        if (sequence.Depth > DeepestNesting)
            throw DicomFault.BadHeader($"Sequences are nested {sequence.Depth} deep at byte {stream.Position}; accepted: at most {DeepestNesting}.");

        var items = new List<DicomDataSet>();
        while (stream.Position < sequence.End)
        {
            var (tag, _, length) = ReadHeader(sequence);
            if (tag == DicomTags.SequenceDelimitation && sequence.IsDelimited)
                return items;
            if (tag != DicomTags.Item)
                throw DicomFault.BadHeader($"A sequence has {tag} at byte {stream.Position - HeaderBytes} where an item begins; accepted: {DicomTags.Item}.");

            var isDelimited = length == Undefined;
            if (!isDelimited)
                RequireLeft(length, tag, sequence);
            var item = ReadElements(sequence with { End = isDelimited ? sequence.End : stream.Position + length, IsDelimited = isDelimited });
            if (!sequence.IsKept)
                continue;
            budget.Keep(0);
            items.Add(item);
        }

        return sequence.IsDelimited ? throw DicomFault.Truncated($"The DICOM data set is cut short: a sequence has no end.") : items;
    }

    private PixelData ReadPixels(ElementHeader header, Container container)
    {
        var isBytes = header.Vr.IsBytes;
        if (header.Length == Undefined)
        {
            var fragments = ReadFragments(container);
            return fragments.Count > 0
                ? new PixelData(true, isBytes, fragments[0], fragments[1..])
                : throw DicomFault.DecodeFailed($"The pixel data has no offset table; accepted: one, which may be empty, before the fragments.");
        }

        // What is missing at the end shows when the frames are counted out.
        var there = Math.Min(header.Length, container.End - stream.Position);
        return new PixelData(false, isBytes, default, [new PixelFragment(stream.Position, there)]);
    }

    private List<PixelFragment> ReadFragments(Container container)
    {
        var fragments = new List<PixelFragment>();
        while (stream.Position < container.End)
        {
            var (tag, _, length) = ReadHeader(container);
            if (tag == DicomTags.SequenceDelimitation)
                return fragments;
            if (tag != DicomTags.Item || length == Undefined)
                throw DicomFault.DecodeFailed($"The pixel data has {tag} at byte {stream.Position - HeaderBytes} where a fragment begins; accepted: {DicomTags.Item} with its length.");
            if (length > container.End - stream.Position)
                throw DicomFault.DecodeFailed($"A fragment of the pixel data has {Counted.Of(length, "byte")}; the file has {container.End - stream.Position} left.");
            if (container.Depth == 0)
                budget.Keep(0);
            fragments.Add(new PixelFragment(stream.Position, length));
            stream.Seek(length, SeekOrigin.Current);
        }

        throw DicomFault.DecodeFailed($"The pixel data is cut short after {Counted.Of(fragments.Count, "fragment")}.");
    }

    private void RequireLeft(uint length, DicomTag tag, Container container)
    {
        if (length > container.End - stream.Position)
            throw DicomFault.Truncated($"The attribute {tag} has {Counted.Of(length, "byte")}; {Counted.Of(container.End - stream.Position, "is", "are")} left where it stands.");
    }

    private void ReadExactly(Span<byte> bytes, Container container)
    {
        if (bytes.Length > container.End - stream.Position)
            throw DicomFault.Truncated($"The DICOM data set is cut short: {Counted.Of(bytes.Length, "byte is", "bytes are")} needed at byte {stream.Position}, {Counted.Of(container.End - stream.Position, "is", "are")} left.");
        stream.ReadExactly(bytes);
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    /// <summary>The beginning of an element: its name, its type where the file says it, and the length of its value.</summary>
    private readonly record struct ElementHeader(DicomTag Tag, ValueType Vr, uint Length);

    /// <summary>What elements or items are read from: where it ends, how it is encoded, and whether what is in it is kept.</summary>
    private readonly record struct Container(long End, bool IsDelimited, int Depth, bool IsKept, TransferSyntax Syntax)
    {
        /// <summary>A sequence in this; one of unknown type is implicit VR little endian (PS3.5 6.2.2).</summary>
        public Container Inside(long end, bool isDelimited, bool isKept, bool isUnknown) =>
            new(end, isDelimited, Depth + 1, isKept, isUnknown ? TransferSyntax.ImplicitLittleEndian : Syntax);
    }
}
