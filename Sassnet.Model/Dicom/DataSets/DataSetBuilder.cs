using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>Collects elements, which may come in any order, and writes them in explicit VR little endian in the order of their tags (PS3.5 7.1).</summary>
internal sealed class DataSetBuilder
{
    private const int LongestDecimal = 16;

    private readonly SortedDictionary<DicomTag, byte[]> _elements =
        new(Comparer<DicomTag>.Create((one, other) => (one.Group, one.Element).CompareTo((other.Group, other.Element))));

    /// <summary>Text, padded to an even length.</summary>
    public void Text(DicomTag tag, string vr, string text) =>
        Bytes(tag, vr, Encoding.Latin1.GetBytes(text.Length % 2 == 0 ? text : text + (vr == "UI" ? '\0' : ' ')));

    /// <summary>Decimal numbers, as exactly as the 16 characters allow that each may have.</summary>
    public void Decimals(DicomTag tag, params IEnumerable<double> numbers) => Text(tag, "DS", string.Join('\\', numbers.Select(Decimal)));

    /// <summary>A whole number of 16 bits.</summary>
    public void Short(DicomTag tag, int value)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
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
            var item = new DataSetBuilder();
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
