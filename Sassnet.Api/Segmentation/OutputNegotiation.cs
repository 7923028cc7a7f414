using Microsoft.Net.Http.Headers;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Segmentation;

/// <summary>
/// Chooses the output of a request: the one its query names, else by what it accepts: a zip of all, a report, for DICOM input a DICOM segmentation
/// or, by default, the segmentation.
/// The highest quality wins, then the most specific range, then the order of this list (RFC 9110, section 12.5.1).
/// </summary>
internal static class OutputNegotiation
{
    private static readonly SegmentOutput[] ByAccept = [SegmentOutput.Segmentation, SegmentOutput.Archive, SegmentOutput.Report, SegmentOutput.DicomSegmentation];

    /// <summary>Chooses.</summary>
    /// <param name="asked">The output the query names; null where it names none.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="isDicom">Whether the input is DICOM, or may still turn out to be.</param>
    /// <exception cref="ProblemException">The client accepts none of the types possible, or asks for DICOM from another input.</exception>
    public static SegmentOutput Choose(SegmentOutput? asked, IHeaderDictionary headers, bool isDicom)
    {
        if (asked is { IsDicom: true } && !isDicom)
            throw new ProblemException(ProblemTypes.InvalidParameter, $"output={asked.Name} is made over DICOM files, and the volume sent is none. Send the DICOM series, or ask for another output.");
        SegmentOutput[] possible = asked is null ? [.. ByAccept.Where(output => isDicom || !output.IsDicom)] : [asked];
        var accept = headers.Accept.ToString();
        if (accept.Length == 0)
            return possible[0];
        var ranges = MediaTypeHeaderValue.TryParseList(headers.Accept, out var parsed) ? parsed : [];
        var best = possible
            .Select(output => (Output: output, Rank: Rank(output.MediaType, ranges)))
            .Where(choice => choice.Rank.Quality > 0)
            .OrderByDescending(choice => choice.Rank)
            .FirstOrDefault();
        return best.Output ?? throw new ProblemException(ProblemTypes.NotAcceptable,
            $"'Accept' is '{accept}'; {Offer(asked)}. Accept that type or */*, or ask for another output.");
    }

    private static (double Quality, int Specificity) Rank(string type, IEnumerable<MediaTypeHeaderValue> ranges)
    {
        var offered = new MediaTypeHeaderValue(type);
        return ranges
            .Where(offered.IsSubsetOf)
            .Select(range => (Specificity: range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2, Quality: range.Quality ?? 1))
            .OrderByDescending(match => match.Specificity)
            .Select(match => (match.Quality, match.Specificity))
            .FirstOrDefault();
    }

    private static string Offer(SegmentOutput? asked) => asked is null
        ? "without 'output' the answer is application/gzip (segmentation), application/zip (all), application/json (report) or, for DICOM input, application/dicom (dicom-seg)"
        : $"output={asked.Name} is {asked.MediaType}";
}
