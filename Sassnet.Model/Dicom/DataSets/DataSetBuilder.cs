using System.Buffers.Binary;
using System.Globalization;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>Collects elements, which may come in any order, and writes them in explicit VR little endian in the order of their tags (PS3.5 7.1).</summary>
/// <param name="characters">What texts are written in.</param>
internal sealed class DataSetBuilder(CharacterSet characters)
{
    private const int LongestDecimal = 16;

    private readonly SortedDictionary<DicomTag, byte[]> _elements =
        new(Comparer<DicomTag>.Create((one, other) => (one.Group, one.Element).CompareTo((other.Group, other.Element))));

    /// <summary>Begins a data set whose texts are ASCII.</summary>
    public DataSetBuilder()
        : this(CharacterSet.Ascii)
    {
    }

    /// <summary>Text, padded to an even length.</summary>
    /// <exception cref="ArgumentException">It is not in the data set's characters.</exception>
    public void Text(DicomTag tag, string vr, string text)
    {
        var value = characters.Encode(text);
        Copy(tag, vr, value ?? throw new ArgumentException($"The text for {tag} is not in the character set {characters.Terms}.", nameof(text)));
    }

    /// <summary>A value as it stands elsewhere, padded to an even length.</summary>
    public void Copy(DicomTag tag, string vr, ReadOnlySpan<byte> value) =>
        Bytes(tag, vr, value.Length % 2 == 0 ? value : [.. value, (byte)(vr == "UI" ? 0 : ' ')]);

    /// <summary>Decimal numbers, as exactly as the 16 characters allow that each may have.</summary>
    public void Decimals(DicomTag tag, params IEnumerable<double> numbers) => Text(tag, "DS", string.Join('\\', numbers.Select(Decimal)));

    /// <summary>A whole number of 16 bits.</summary>
    public void Short(DicomTag tag, int value) => Shorts(tag, value);

    /// <summary>Whole numbers of 16 bits.</summary>
    public void Shorts(DicomTag tag, params ReadOnlySpan<int> values)
    {
        var bytes = new byte[sizeof(ushort) * values.Length];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(sizeof(ushort) * i), (ushort)values[i]);
        Bytes(tag, "US", bytes);
    }

    /// <summary>Whole numbers of 32 bits.</summary>
    public void Longs(DicomTag tag, params ReadOnlySpan<int> values)
    {
        var bytes = new byte[sizeof(int) * values.Length];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int) * i), values[i]);
        Bytes(tag, "UL", bytes);
    }

    /// <summary>The name of another attribute.</summary>
    public void Tag(DicomTag tag, DicomTag value)
    {
        var bytes = new byte[2 * sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(sizeof(ushort)), value.Element);
        Bytes(tag, "AT", bytes);
    }

    /// <summary>A double.</summary>
    public void Double(DicomTag tag, double value)
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        Bytes(tag, "FD", bytes);
    }

    /// <summary>A sequence; each item is filled by a call.</summary>
    public void Sequence(DicomTag tag, params IEnumerable<Action<DataSetBuilder>> items)
    {
        var content = new MemoryStream();
        foreach (var fill in items)
        {
            var item = new DataSetBuilder(characters);
            fill(item);
            var bytes = new MemoryStream();
            item.WriteTo(bytes);
            content.Write(ElementHead.OfItem(DicomTags.Item, (uint)bytes.Length));
            bytes.WriteTo(content);
        }

        Bytes(tag, "SQ", content.ToArray());
    }

    /// <summary>A value as it stands, of an even length.</summary>
    public void Bytes(DicomTag tag, string vr, ReadOnlySpan<byte> value) => _elements[tag] = [.. ElementHead.Of(tag, vr, (uint)value.Length), .. value];

    /// <summary>Writes the elements.</summary>
    public void WriteTo(Stream stream)
    {
        foreach (var element in _elements.Values)
            stream.Write(element);
    }

    private static string Decimal(double number)
    {
        for (var digits = LongestDecimal - 1; ; digits--)
        {
            var text = number.ToString($"G{digits}", CultureInfo.InvariantCulture);
            if (text.Length <= LongestDecimal)
                return text;
        }
    }
}
