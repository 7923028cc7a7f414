using System.Buffers.Binary;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>
/// Tells a data set that stands in a file as it was sent over a network, without the preamble and "DICM" of PS3.10 and mostly without meta
/// information: from how its first attribute, of group 0008, is written.
/// </summary>
internal static class BareDataSet
{
    /// <summary>The bytes it can be told from.</summary>
    public const int HeadBytes = 8;

    // Identifying attributes that come first in the order of tags, LengthToEnd to InstanceCreationTime, are short.
    private const int LastFirstElement = 0x20;
    private const uint LongestFirstValue = 1024;

    /// <summary>Whether these are the first bytes of meta information.</summary>
    public static bool IsMeta(ReadOnlySpan<byte> head) =>
        head is [0x02, 0x00, _, 0x00 or 0x01, var first, var second, _, _, ..] && new ValueType(first, second).IsLegal;

    /// <summary>How a data set with these first bytes is encoded; null where they are none of a data set.</summary>
    public static TransferSyntax? SyntaxOf(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadBytes)
            return null;
        var isExplicit = new ValueType(head[4], head[5]).IsLegal;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        return head switch
        {
            [0x08, 0x00, <= LastFirstElement, 0x00, ..] when isExplicit => TransferSyntax.ExplicitLittleEndian,
            [0x08, 0x00, <= LastFirstElement, 0x00, ..] when length <= LongestFirstValue => TransferSyntax.ImplicitLittleEndian,
            [0x00, 0x08, 0x00, <= LastFirstElement, ..] when isExplicit => TransferSyntax.ExplicitBigEndian,
            _ => null,
        };
    }
}
