namespace Sassnet.Model.Dicom.DataSets;

/// <summary>A value representation (PS3.5 6.2): two letters, none where the encoding is implicit.</summary>
internal readonly record struct ValueType(byte First, byte Second)
{
    // The types whose length has 16 bits are closed; every other one, future ones included, has 32 (PS3.5 7.1.2).
    private static readonly HashSet<ValueType> ShortLengths =
        [.. "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".Split(' ').Select(name => new ValueType((byte)name[0], (byte)name[1]))];

    // Those with 32 bits that there are today (PS3.5 6.2).
    private static readonly HashSet<ValueType> KnownLongLengths =
        [.. "OB OD OF OL OV OW SQ SV UC UN UR UT UV".Split(' ').Select(name => new ValueType((byte)name[0], (byte)name[1]))];

    /// <summary>Whether it is one of the standard's.</summary>
    public bool IsKnown => ShortLengths.Contains(this) || KnownLongLengths.Contains(this);

    /// <summary>Whether both are capital letters.</summary>
    public bool IsLegal => char.IsAsciiLetterUpper((char)First) && char.IsAsciiLetterUpper((char)Second);

    /// <summary>Whether the length has 32 bits, behind two reserved bytes.</summary>
    public bool HasLongLength => !ShortLengths.Contains(this);

    /// <summary>A sequence of items.</summary>
    public bool IsSequence => this == new ValueType((byte)'S', (byte)'Q');

    /// <summary>Of unknown type.</summary>
    public bool IsUnknown => this == new ValueType((byte)'U', (byte)'N');

    /// <summary>Bytes.</summary>
    public bool IsBytes => this == new ValueType((byte)'O', (byte)'B');

    /// <summary>Bytes or words, which are fragments where their length is undefined.</summary>
    public bool IsPixels => IsBytes || this == new ValueType((byte)'O', (byte)'W');
}
