using System.Text;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>How the texts of a data set are written (SpecificCharacterSet, PS3.3 C.12.1.1.2).</summary>
internal sealed class CharacterSet
{
    /// <summary>What it is where none is named.</summary>
    public static readonly CharacterSet Ascii = new([string.Empty], AsciiPage);

    /// <summary>What it is written in where it has to hold any text.</summary>
    public static readonly CharacterSet Utf8 = new(["ISO_IR 192"], 65001);

    private const int AsciiPage = 20127;

    // Defined terms and the code pages that have the same characters in the same places; each has ASCII in its lower half.
    private static readonly Dictionary<string, int> CodePages = new()
    {
        [string.Empty] = AsciiPage,
        ["6"] = AsciiPage,
        ["100"] = 28591,
        ["101"] = 28592,
        ["109"] = 28593,
        ["110"] = 28594,
        ["144"] = 28595,
        ["127"] = 28596,
        ["126"] = 28597,
        ["138"] = 28598,
        ["148"] = 28599,
        ["203"] = 28605,
        ["13"] = 932,
        ["166"] = 874,
        ["87"] = AsciiPage,
        ["159"] = AsciiPage,
        ["149"] = AsciiPage,
        ["58"] = AsciiPage,
    };

    private readonly string[] _terms;
    private readonly int _codePage;

    private CharacterSet(string[] terms, int codePage)
    {
        _terms = terms;
        _codePage = codePage;
    }

    /// <summary>The attribute's value.</summary>
    public string Terms => string.Join('\\', _terms);

    private bool HasExtensions => _terms.Length > 1 || _terms[0].StartsWith("ISO 2022 ", StringComparison.Ordinal);

    /// <summary>The one a data set declares; null where it is none of the standard's.</summary>
    public static CharacterSet? Of(DicomDataSet dataSet)
    {
        string[] terms = [.. dataSet.Texts(DicomTags.SpecificCharacterSet)];
        return terms switch
        {
            [] => Ascii,
            ["ISO_IR 192"] => Utf8,
            ["GB18030"] => new CharacterSet(terms, 54936),
            ["GBK"] => new CharacterSet(terms, 936),
            _ when terms.All(term => CodePages.ContainsKey(Registration(term))) => new CharacterSet(terms, CodePages[Registration(terms[0])]),
            _ => null,
        };
    }

    /// <summary>Reads a text.</summary>
    /// <returns>Null where the bytes are no text of this set.</returns>
    public string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return HasExtensions ? CodeExtensions.Decode(bytes, _codePage) : Strict(_codePage).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Writes a text.</summary>
    /// <returns>Null where this set does not hold it, or only by extensions.</returns>
    public byte[]? Encode(string text)
    {
        // In the Japanese set of single bytes only what it shares with ASCII; the code page has more.
        var codePage = HasExtensions || _codePage == 932 ? AsciiPage : _codePage;
        try
        {
            return Strict(codePage).GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>An encoding that throws where a byte or a character has no counterpart.</summary>
    internal static Encoding Strict(int codePage) => codePage switch
    {
        65001 or AsciiPage or 28591 => Encoding.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback),
        _ => CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!,
    };

    // "ISO_IR 100" and, where there are extensions, "ISO 2022 IR 100".
    private static string Registration(string term) => term.StartsWith("ISO_IR ", StringComparison.Ordinal) ? term[7..]
        : term.StartsWith("ISO 2022 IR ", StringComparison.Ordinal) ? term[12..]
        : term.Length == 0 ? term
        : "unknown";
}
