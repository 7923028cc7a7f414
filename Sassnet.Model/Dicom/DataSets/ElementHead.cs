using System.Buffers.Binary;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>What stands before a value in explicit VR little endian (PS3.5 7.1.2).</summary>
internal static class ElementHead
{
    private static readonly ValueType Unknown = new((byte)'U', (byte)'N');

    /// <summary>The tag, type and length of an element. What is longer than 16 bits say is written as of unknown type, where its own type allows no more (PS3.5 6.2.2).</summary>
    public static byte[] Of(DicomTag tag, string vr, uint length)
    {
        var type = new ValueType((byte)vr[0], (byte)vr[1]);
        if (length > ushort.MaxValue && !type.HasLongLength)
            type = Unknown;
        byte[] head = [.. OfTag(tag), type.First, type.Second, .. new byte[type.HasLongLength ? 6 : 2]];
        if (type.HasLongLength)
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(^4..), length);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(^2..), (ushort)length);
        return head;
    }

    /// <summary>The tag and length of an item or a delimiter.</summary>
    public static byte[] OfItem(DicomTag tag, uint length)
    {
        byte[] head = [.. OfTag(tag), .. new byte[sizeof(uint)]];
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(^4..), length);
        return head;
    }

    private static byte[] OfTag(DicomTag tag) => [(byte)tag.Group, (byte)(tag.Group >> 8), (byte)tag.Element, (byte)(tag.Element >> 8)];
}
