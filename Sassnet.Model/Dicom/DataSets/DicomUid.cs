using System.Buffers.Binary;
using System.Globalization;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>Unique identifiers (PS3.5 9).</summary>
public static class DicomUid
{
    /// <summary>This library as a writer of files: a fixed random identifier.</summary>
    public const string Implementation = "2.25.267139502840297315629418325712604937164";

    private const int Longest = 64;

    /// <summary>Whether a text is made as an identifier is: at most 64 digits and dots.</summary>
    public static bool IsValid(string text) => text.Length <= Longest && text.All(letter => char.IsAsciiDigit(letter) || letter == '.');

    /// <summary>Whether a text can be asked for as an identifier: also with letters and longer, as some software makes them.</summary>
    public static bool IsNameable(string text) =>
        text.Length is > 0 and <= 2 * Longest && char.IsAsciiDigit(text[0])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-');

    /// <summary>The identifier that a digest stands for, as a UUID of version 8 (PS3.5 B.2, RFC 9562).</summary>
    /// <param name="digest">At least 16 bytes.</param>
    internal static string Of(ReadOnlySpan<byte> digest)
    {
        Span<byte> uuid = stackalloc byte[16];
        digest[..uuid.Length].CopyTo(uuid);
        uuid[6] = (byte)((uuid[6] & 0x0F) | 0x80);
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
        return string.Create(CultureInfo.InvariantCulture, $"2.25.{BinaryPrimitives.ReadUInt128BigEndian(uuid)}");
    }
}
