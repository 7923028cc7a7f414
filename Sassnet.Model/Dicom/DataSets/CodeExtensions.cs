using System.Text;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>
/// Reads text with code extensions (ISO/IEC 2022 as PS3.3 C.12.1.1.2 and PS3.5 6.1.2.5 use it): escape sequences that change the set within it.
/// </summary>
internal static class CodeExtensions
{
    private const byte Escape = 0x1B;
    private const int JapaneseExtended = 20932;

    // What follows the escape, and the code page of what follows that.
    private static readonly (byte[] Sequence, int CodePage)[] Sets =
    [
        ("(B"u8.ToArray(), 0),
        ("(J"u8.ToArray(), 0),
        (")I"u8.ToArray(), 932),
        ("$)C"u8.ToArray(), 51949),
        ("$)A"u8.ToArray(), 936),
        ("-A"u8.ToArray(), 28591),
        ("-B"u8.ToArray(), 28592),
        ("-C"u8.ToArray(), 28593),
        ("-D"u8.ToArray(), 28594),
        ("-L"u8.ToArray(), 28595),
        ("-G"u8.ToArray(), 28596),
        ("-F"u8.ToArray(), 28597),
        ("-H"u8.ToArray(), 28598),
        ("-M"u8.ToArray(), 28599),
        ("-b"u8.ToArray(), 28605),
        ("-T"u8.ToArray(), 874),
    ];

    /// <summary>Reads a text.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="initial">The code page where no escape has come yet, and again behind each delimiter.</param>
    /// <exception cref="DecoderFallbackException">A byte or an escape sequence has no meaning.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, int initial)
    {
        var text = new StringBuilder();
        var (upper, prefix) = (initial, (byte[]?)null);
        while (!bytes.IsEmpty)
        {
            if (bytes[0] == Escape)
            {
                bytes = bytes[(1 + Switch(bytes[1..], ref upper, ref prefix))..];
                continue;
            }

            var end = End(bytes, prefix is not null);
            text.Append(prefix is null ? CharacterSet.Strict(upper).GetString(bytes[..end]) : Japanese(bytes[..end], prefix));
            if (prefix is null && IsDelimiter(bytes[end - 1]))
                upper = initial;
            bytes = bytes[end..];
        }

        return text.ToString();
    }

    /// <summary>Takes an escape sequence; one of two bytes for a character in the lower half sets a prefix instead of a code page.</summary>
    /// <returns>Its bytes behind the escape.</returns>
    private static int Switch(ReadOnlySpan<byte> bytes, ref int upper, ref byte[]? prefix)
    {
        if (bytes.StartsWith("$B"u8) || bytes.StartsWith("$@"u8))
        {
            prefix = [];
            return 2;
        }

        if (bytes.StartsWith("$(D"u8))
        {
            prefix = [0x8F];
            return 3;
        }

        foreach (var (sequence, codePage) in Sets)
        {
            if (!bytes.StartsWith(sequence))
                continue;
            if (codePage == 0)
                prefix = null;
            else
                upper = codePage;
            return sequence.Length;
        }

        throw new DecoderFallbackException("An escape sequence is none of the standard's.");
    }

    /// <summary>How many bytes are read alike: to the next escape, or through the next delimiter.</summary>
    private static int End(ReadOnlySpan<byte> bytes, bool isWide)
    {
        for (var at = 1; at <= bytes.Length; at++)
        {
            if (at == bytes.Length || bytes[at] == Escape || (!isWide && IsDelimiter(bytes[at - 1])))
                return at;
        }

        return bytes.Length;
    }

    /// <summary>JIS X 0208 and 0212 in seven bits are EUC-JP without its high bits, the latter with a byte before each pair.</summary>
    private static string Japanese(ReadOnlySpan<byte> bytes, byte[] prefix)
    {
        if (bytes.Length % 2 == 1)
            throw new DecoderFallbackException("Half of a character is missing.");
        var extended = new List<byte>();
        for (var at = 0; at < bytes.Length; at += 2)
            extended.AddRange([.. prefix, (byte)(bytes[at] | 0x80), (byte)(bytes[at + 1] | 0x80)]);
        return CharacterSet.Strict(JapaneseExtended).GetString([.. extended]);
    }

    private static bool IsDelimiter(byte value) => "\\^=\r\n\t\f"u8.Contains(value);
}
