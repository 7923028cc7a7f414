using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>A set of attributes (PS3.5 7), or one item of a sequence. Only attributes of <see cref="DicomTags"/> are in it.</summary>
public sealed class DicomDataSet
{
    private readonly List<DicomElement> _elements = [];
    private readonly List<DicomTag> _tooLong = [];

    internal DicomDataSet()
    {
    }

    /// <summary>Attributes that are not needed and were not kept, because they are longer than any text of their kind may be.</summary>
    public IReadOnlyList<DicomTag> TooLong => _tooLong;

    /// <summary>Whether the attribute is there and not empty.</summary>
    public bool Contains(DicomTag tag) => Find(tag) is { } element && (element.Value.Length > 0 || element.Items.Count > 0);

    /// <summary>The items of a sequence; none where it is absent.</summary>
    public IReadOnlyList<DicomDataSet> Items(DicomTag tag) => Find(tag)?.Items ?? [];

    /// <summary>The value's bytes as they stand; none where it is absent.</summary>
    public ReadOnlySpan<byte> Value(DicomTag tag) => Find(tag)?.Value;

    /// <summary>The value as text without its padding; null where it is absent or empty.</summary>
    public string? Text(DicomTag tag) => Find(tag) is { } element && Encoding.Latin1.GetString(element.Value).Trim(' ', '\0') is { Length: > 0 } text ? text : null;

    /// <summary>A text for people, in the characters that SpecificCharacterSet says; null where it is absent, empty, or not written in them.</summary>
    public string? Prose(DicomTag tag) =>
        CharacterSet.Of(this)?.Decode(Value(tag))?.Trim(' ', '\0') is { Length: > 0 } text ? text : null;

    /// <summary>The values of a text of several values, which backslashes separate; none where it is absent.</summary>
    public IReadOnlyList<string> Texts(DicomTag tag) => Text(tag)?.Split('\\', StringSplitOptions.TrimEntries) ?? [];

    /// <summary>A unique identifier; null where it is absent.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">It is not made of digits and dots, or longer than 64 characters.</exception>
    public string? Uid(DicomTag tag, string name) => Text(tag) is not { } uid || DicomUid.IsValid(uid)
        ? Text(tag)
        : throw DicomFault.BadHeader($"{name} {tag} is no unique identifier; accepted: at most 64 digits and dots.");

    /// <summary>A whole number of 16 bits (VR US); null where it is absent.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">The value has another length.</exception>
    public int? UInt16(DicomTag tag, string name)
    {
        if (!Contains(tag))
            return null;
        var (_, value, _, isBigEndian) = Find(tag)!;
        if (value.Length != sizeof(ushort))
            throw DicomFault.BadHeader($"{name} {tag} has {Counted.Of(value.Length, "byte")}; accepted: 2.");
        return isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(value) : BinaryPrimitives.ReadUInt16LittleEndian(value);
    }

    /// <summary>Decimal numbers as text (VR DS or IS), all finite; null where they are absent.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">There are not so many, or one is no finite number.</exception>
    public double[]? Decimals(DicomTag tag, string name, int count)
    {
        var texts = Texts(tag);
        if (texts.Count == 0)
            return null;
        if (texts.Count != count)
            throw DicomFault.BadHeader($"{name} {tag} has {Counted.Of(texts.Count, "value")}; accepted: {count}.");
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            // What stands there is not repeated: it need not be a number.
            if (!double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
                throw DicomFault.BadHeader($"{name} {tag} has a value that is no finite decimal number.");
        }

        return numbers;
    }

    /// <summary>How far rounding may have moved each decimal number: half a unit of the last digit that is written.</summary>
    /// <param name="tag">An attribute that <see cref="Decimals"/> reads.</param>
    public double[] Roundings(DicomTag tag) => [.. Texts(tag).Select(Rounding)];

    /// <summary>Adds an attribute; one that is there already is replaced.</summary>
    internal void Add(DicomElement element)
    {
        _elements.RemoveAll(other => other.Tag == element.Tag);
        _elements.Add(element);
    }

    /// <summary>Notes that an attribute was not kept.</summary>
    internal void AddTooLong(DicomTag tag) => _tooLong.Add(tag);

    private static double Rounding(string text)
    {
        var mantissa = text.Split('e', 'E')[0];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        var scale = text.AsSpan(Math.Min(mantissa.Length + 1, text.Length));
        _ = int.TryParse(scale, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent);
        return 0.5 * Math.Pow(10, exponent - decimals);
    }

    private DicomElement? Find(DicomTag tag) => _elements.Find(element => element.Tag == tag);
}
