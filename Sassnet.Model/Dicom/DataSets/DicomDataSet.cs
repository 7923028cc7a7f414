using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>A set of attributes (PS3.5 7), or one item of a sequence. Only attributes of <see cref="DicomTags"/> are in it.</summary>
public sealed class DicomDataSet
{
    private readonly bool _bigEndian;
    private readonly List<DicomElement> _elements = [];

    internal DicomDataSet(bool bigEndian) => _bigEndian = bigEndian;

    /// <summary>Whether the attribute is there and not empty.</summary>
    public bool Contains(DicomTag tag) => Find(tag) is { } element && (element.Value.Length > 0 || element.Items.Count > 0);

    /// <summary>The items of a sequence; none where it is absent.</summary>
    public IReadOnlyList<DicomDataSet> Items(DicomTag tag) => Find(tag)?.Items ?? [];

    /// <summary>The value's bytes as they stand; none where it is absent.</summary>
    public ReadOnlySpan<byte> Value(DicomTag tag) => Find(tag)?.Value;

    /// <summary>The value as text without its padding; null where it is absent or empty.</summary>
    public string? Text(DicomTag tag) => Find(tag) is { } element && Encoding.Latin1.GetString(element.Value).Trim(' ', '\0') is { Length: > 0 } text ? text : null;

    /// <summary>The values of a text of several values, which backslashes separate; none where it is absent.</summary>
    public IReadOnlyList<string> Texts(DicomTag tag) => Text(tag)?.Split('\\', StringSplitOptions.TrimEntries) ?? [];

    /// <summary>A unique identifier; null where it is absent.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">It is not made of digits and dots, or longer than 64 characters.</exception>
    public string? Uid(DicomTag tag, string name) => Text(tag) is not { } uid || (uid.Length <= 64 && uid.All(letter => char.IsAsciiDigit(letter) || letter == '.'))
        ? Text(tag)
        : throw DicomFault.BadHeader($"{name} {tag} is no unique identifier; accepted: at most 64 digits and dots.");

    /// <summary>A whole number of 16 bits (VR US); null where it is absent.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">The value has another length.</exception>
    public int? UInt16(DicomTag tag, string name)
    {
        if (!Contains(tag))
            return null;
        var value = Find(tag)!.Value;
        if (value.Length != sizeof(ushort))
            throw DicomFault.BadHeader($"{name} {tag} has {value.Length} bytes; accepted: 2.");
        return _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(value) : BinaryPrimitives.ReadUInt16LittleEndian(value);
    }

    /// <summary>Decimal numbers as text (VR DS or IS), all finite; null where they are absent.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">There are not so many, or one is no finite number.</exception>
    public double[]? Decimals(DicomTag tag, string name, int count)
    {
        var texts = Texts(tag);
        if (texts.Count == 0)
            return null;
        if (texts.Count != count)
            throw DicomFault.BadHeader($"{name} {tag} has {texts.Count} values; accepted: {count}.");
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            // What stands there is not repeated: it need not be a number.
            if (!double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
                throw DicomFault.BadHeader($"{name} {tag} has a value that is no finite decimal number.");
        }

        return numbers;
    }

    /// <summary>Adds an attribute; one that is there already is replaced.</summary>
    internal void Add(DicomElement element)
    {
        _elements.RemoveAll(other => other.Tag == element.Tag);
        _elements.Add(element);
    }

    private DicomElement? Find(DicomTag tag) => _elements.Find(element => element.Tag == tag);
}
