using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>
/// Makes the bytes of a DICOM file element by element, sound or not. It stands alone, on purpose not on the code under test, so that other test
/// projects can link this file.
/// </summary>
public sealed class DicomBytes
{
    public const string Implicit = "1.2.840.10008.1.2";
    public const string Explicit = "1.2.840.10008.1.2.1";
    public const string Deflated = "1.2.840.10008.1.2.1.99";
    public const string BigEndian = "1.2.840.10008.1.2.2";
    public const string Rle = "1.2.840.10008.1.2.5";

    private readonly SortedDictionary<uint, (string Vr, byte[] Value)> _elements = [];

    private DicomBytes(string syntax) => Syntax = syntax;

    public string Syntax { get; }

    /// <summary>Whether sequences and items have no length but a delimiter.</summary>
    public bool UndefinedLengths { get; init; }

    private bool IsBigEndian => Syntax == BigEndian;

    public static DicomBytes In(string syntax, bool undefinedLengths = false) => new(syntax) { UndefinedLengths = undefinedLengths };

    public DicomBytes Text(uint tag, string vr, string value)
    {
        var padded = value.Length % 2 == 0 ? value : value + (vr == "UI" ? '\0' : ' ');
        return Bytes(tag, vr, Encoding.Latin1.GetBytes(padded));
    }

    public DicomBytes Numbers(uint tag, string vr, params IEnumerable<double> values) =>
        Text(tag, vr, string.Join('\\', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));

    public DicomBytes Short(uint tag, int value)
    {
        var bytes = new byte[2];
        PutShort(bytes, (ushort)value);
        return Bytes(tag, "US", bytes);
    }

    public DicomBytes Bytes(uint tag, string vr, byte[] value)
    {
        _elements[tag] = (vr, value);
        return this;
    }

    /// <summary>Takes a value over from a data set in implicit VR little endian, as of unknown type.</summary>
    public DicomBytes Unknown(uint tag, DicomBytes other) => Bytes(tag, "UN", other._elements[tag].Value);

    public DicomBytes Without(uint tag)
    {
        _elements.Remove(tag);
        return this;
    }

    /// <summary>A sequence; each item is filled by a call.</summary>
    public DicomBytes Sequence(uint tag, params IEnumerable<Action<DicomBytes>> items)
    {
        var content = new MemoryStream();
        foreach (var fill in items)
        {
            var item = new DicomBytes(Syntax) { UndefinedLengths = UndefinedLengths };
            fill(item);
            var bytes = item.DataSet();
            Put(content, 0xFFFEE000, UndefinedLengths ? uint.MaxValue : (uint)bytes.Length);
            content.Write(bytes);
            if (UndefinedLengths)
                Put(content, 0xFFFEE00D, 0);
        }

        if (UndefinedLengths)
            Put(content, 0xFFFEE0DD, 0);
        return Bytes(tag, "SQ", content.ToArray());
    }

    /// <summary>Pixels as 16-bit numbers.</summary>
    public DicomBytes Pixels(ReadOnlySpan<short> values)
    {
        var bytes = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
            PutShort(bytes.AsSpan(2 * i), (ushort)values[i]);
        return Bytes(0x7FE00010, "OW", bytes);
    }

    /// <summary>Pixels in fragments behind an offset table.</summary>
    public DicomBytes Fragments(byte[] offsetTable, params IEnumerable<byte[]> fragments)
    {
        var content = new MemoryStream();
        foreach (var fragment in fragments.Prepend(offsetTable))
        {
            Put(content, 0xFFFEE000, (uint)(fragment.Length + (fragment.Length % 2)));
            content.Write(fragment);
            if (fragment.Length % 2 == 1)
                content.WriteByte(0);
        }

        Put(content, 0xFFFEE0DD, 0);
        return Bytes(0x7FE00010, "encapsulated", content.ToArray());
    }

    /// <summary>The data set alone, as it is sent over a network.</summary>
    public byte[] ToBareBytes() => DataSet();

    public byte[] ToBytes()
    {
        var meta = new DicomBytes(Explicit);
        meta.Bytes(0x00020001, "OB", [0, 1]).Text(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.4").Text(0x00020003, "UI", "2.25.7").Text(0x00020010, "UI", Syntax).Text(0x00020012, "UI", "2.25.8");
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, meta.DataSet().Length);
        meta.Bytes(0x00020000, "UL", length);
        var dataSet = Syntax == Deflated ? Deflate(DataSet()) : DataSet();
        return [.. new byte[128], .. "DICM"u8, .. meta.DataSet(), .. dataSet];
    }

    private static byte[] Deflate(byte[] content)
    {
        var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest))
            deflate.Write(content);
        return compressed.ToArray();
    }

    private byte[] DataSet()
    {
        var content = new MemoryStream();
        foreach (var (tag, (vr, value)) in _elements)
            PutElement(content, tag, vr, value);
        return content.ToArray();
    }

    private void PutElement(MemoryStream content, uint tag, string vr, byte[] value)
    {
        var isEncapsulated = vr == "encapsulated";
        var length = isEncapsulated || (vr == "SQ" && UndefinedLengths) ? uint.MaxValue : (uint)value.Length;
        PutTag(content, tag);
        Span<byte> bytes = stackalloc byte[4];
        if (Syntax == Implicit)
        {
            PutLong(bytes, length);
            content.Write(bytes);
        }
        else
        {
            content.Write(Encoding.ASCII.GetBytes(isEncapsulated ? "OB" : vr));
            if (vr is "OB" or "OW" or "SQ" or "UN" or "encapsulated")
            {
                content.Write([0, 0]);
                PutLong(bytes, length);
                content.Write(bytes);
            }
            else
            {
                PutShort(bytes, (ushort)length);
                content.Write(bytes[..2]);
            }
        }

        content.Write(value);
    }

    private void Put(MemoryStream content, uint tag, uint length)
    {
        PutTag(content, tag);
        Span<byte> bytes = stackalloc byte[4];
        PutLong(bytes, length);
        content.Write(bytes);
    }

    private void PutTag(MemoryStream content, uint tag)
    {
        Span<byte> bytes = stackalloc byte[4];
        PutShort(bytes, (ushort)(tag >> 16));
        PutShort(bytes[2..], (ushort)tag);
        content.Write(bytes);
    }

    private void PutShort(Span<byte> bytes, ushort value)
    {
        if (IsBigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
    }

    private void PutLong(Span<byte> bytes, uint value)
    {
        if (IsBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
    }
}
