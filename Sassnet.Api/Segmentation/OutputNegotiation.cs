using Microsoft.Net.Http.Headers;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Segmentation;

/// <summary>What a request gets: an output, under the name of its type that the client uses.</summary>
internal sealed record NegotiatedOutput(SegmentOutput Output, string MediaType);

/// <summary>
/// Chooses the output of a request: the one its query names, else by what it accepts: a zip of all, a report, a picture, for DICOM input a DICOM segmentation
/// or, by default, the segmentation.
/// The highest quality wins, then the most specific range, then a type by its own name, then the order of this list (RFC 9110, section 12.5.1).
/// </summary>
internal static class OutputNegotiation
{
    // Every output is a stream of bytes.
    private const string Bytes = "application/octet-stream";
    private const string TransferSyntax = "transfer-syntax";
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";

    private static readonly SegmentOutput[] ByAccept = [SegmentOutput.Segmentation, SegmentOutput.Archive, SegmentOutput.Report, SegmentOutput.Preview, SegmentOutput.DicomSegmentation];

    /// <summary>Chooses.</summary>
    /// <param name="asked">The output the query names; null where it names none.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="isDicom">Whether the input is DICOM, or may still turn out to be.</param>
    /// <exception cref="ProblemException">The client accepts none of the types possible, or asks for DICOM from another input.</exception>
    public static NegotiatedOutput Choose(SegmentOutput? asked, IHeaderDictionary headers, bool isDicom)
    {
        if (asked is { IsDicom: true } && !isDicom)
            throw new ProblemException(ProblemTypes.InvalidParameter, $"output={asked.Name} is made over DICOM files, and the volume sent is none. Send the DICOM series, or ask for another output.");
        SegmentOutput[] possible = asked is null ? [.. ByAccept.Where(output => isDicom || !output.IsDicom)] : [asked];
        var accept = headers.Accept.ToString();
        List<MediaTypeHeaderValue> ranges = MediaTypeHeaderValue.TryParseList(headers.Accept, out var parsed) ? [.. parsed.Where(range => !IsOfRefusals(range))] : [];
        if (accept.Length == 0 || (parsed is not null && ranges.Count == 0))
            return new NegotiatedOutput(possible[0], possible[0].MediaType);
        return possible
            .SelectMany(output => NamesOf(output.MediaType).Select(name => new NegotiatedOutput(output, name)))
            .Select(choice => (Choice: choice, Rank: Rank(choice.MediaType, ranges)))
            .Where(ranked => ranked.Rank.Quality > 0)
            .OrderByDescending(ranked => ranked.Rank)
            .ThenByDescending(ranked => ranked.Choice.MediaType == ranked.Choice.Output.MediaType)
            .Select(ranked => ranked.Choice)
            .FirstOrDefault() ?? throw new ProblemException(ProblemTypes.NotAcceptable,
                $"'Accept' is '{accept}'; {Offer(asked)}. Accept that type or */*, or ask for another output.");
    }

    // Gzip before RFC 6713 registered it, zip as Windows calls it.
    private static IEnumerable<string> NamesOf(string type) => type switch
    {
        "application/gzip" => [type, "application/x-gzip", Bytes],
        "application/zip" => [type, "application/x-zip-compressed", Bytes],
        _ => [type, Bytes],
    };

    private static (double Quality, int Specificity) Rank(string type, IEnumerable<MediaTypeHeaderValue> ranges)
    {
        var offered = new MediaTypeHeaderValue(type);
        return ranges
            .Where(range => !AsksForAnotherEncoding(range))
            .Select(range => (Specificity: Specificity(range, offered), Quality: range.Quality ?? 1))
            .Where(match => match.Specificity >= 0)
            .OrderByDescending(match => match.Specificity)
            .Select(match => (match.Quality, match.Specificity))
            .FirstOrDefault();
    }

    // What is answered where there is no output. Clients that openapi-generator makes for Python and Java name nothing but the first JSON among all answers of an
    // operation, and of one that answers with files that is the refusals': who accepts those alone has said nothing of what he wants.
    private static bool IsOfRefusals(MediaTypeHeaderValue range) => range.MediaType.Equals(ProblemResponse.ContentType, StringComparison.OrdinalIgnoreCase);

    // Parameters do not count: what clients add (charset, version, profile) has no meaning for these types.
    private static int Specificity(MediaTypeHeaderValue range, MediaTypeHeaderValue offered) => range switch
    {
        { MatchesAllTypes: true } => 0,
        { MatchesAllSubTypes: true } when range.Type.Equals(offered.Type, StringComparison.OrdinalIgnoreCase) => 1,
        _ when range.MediaType.Equals(offered.MediaType, StringComparison.OrdinalIgnoreCase) => 2,
        _ => -1,
    };

    // But for the one of application/dicom (PS3.18, 8.7.3.5.2) that says how its bytes are to be read.
    private static bool AsksForAnotherEncoding(MediaTypeHeaderValue range) => range.Parameters.Any(parameter =>
        parameter.Name.Equals(TransferSyntax, StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(parameter.Value).Value is not ("*" or ExplicitLittleEndian));

    private static string Offer(SegmentOutput? asked) => asked is null
        ? "without 'output' the answer is application/gzip (segmentation), application/zip (all), application/json (report), image/png (preview) or, for DICOM input, application/dicom (dicom-seg)"
        : $"output={asked.Name} is {asked.MediaType}";
}
