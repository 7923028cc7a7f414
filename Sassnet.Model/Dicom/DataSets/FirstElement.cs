using System.Buffers.Binary;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>
/// Tells from its first element how a data set is really encoded: some software changes the encoding and forgets the meta information that names it.
/// Other readers look here too.
/// </summary>
internal static class FirstElement
{
    private const int HeaderBytes = 8;

    // The first group of every data set is far below it; read in the wrong byte order it is far above.
    private const int LargestGroup = 0xFF;

    /// <summary>The transfer syntax with the byte order and the value representations that are there.</summary>
    /// <param name="stream">The data set's bytes from the stream's position, at which it stays.</param>
    /// <param name="declared">What the meta information says.</param>
    public static TransferSyntax Encoding(Stream stream, TransferSyntax declared)
    {
        Span<byte> head = stackalloc byte[HeaderBytes];
        var count = stream.ReadAtLeast(head, HeaderBytes, throwOnEndOfStream: false);
        stream.Position -= count;
        if (count < HeaderBytes)
            return declared;

        var (little, big) = (BinaryPrimitives.ReadUInt16LittleEndian(head), BinaryPrimitives.ReadUInt16BigEndian(head));
        var isBigEndian = declared.IsBigEndian
            ? big <= LargestGroup || little > LargestGroup
            : big <= LargestGroup && little > LargestGroup;
        var isExplicit = IsExplicit(head, declared.IsExplicit, isBigEndian, stream.Length - stream.Position);
        return declared with { IsBigEndian = isBigEndian, IsExplicit = isExplicit };
    }

    private static bool IsExplicit(ReadOnlySpan<byte> head, bool declared, bool isBigEndian, long left)
    {
        var vr = new ValueType(head[4], head[5]);
        if (vr.IsKnown)
            return true;

        // Two bytes that are no letters are half of a length, if it is one that the file has room for.
        var length = isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(head[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        return declared && (vr.IsLegal || length > left);
    }
}
