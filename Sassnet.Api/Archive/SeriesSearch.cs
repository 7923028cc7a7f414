using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Sassnet.Api.Problems;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Wording;

namespace Sassnet.Api.Archive;

/// <summary>A series as an archive tells of it; null for what it does not tell.</summary>
internal sealed record ArchivedSeries(string Uid, string? Modality, string? BodyPart, string? Description, int? Instances, string? Manufacturer);

/// <summary>Asks what an archive has (QIDO-RS, PS3.18 10.6): the series of a study that a model is for, and how much of one there is.</summary>
internal sealed partial class SeriesSearch(IOptions<ArchiveOptions> options, ILogger<SeriesSearch> logger)
{
    // What is listed in a problem is for a person to read.
    private const int MostListed = 10;

    // What the results of this service have there: a distance map has its source's modality.
    private const string Own = "Sassnet";

    // An archive gives a hundred series or so at once, and a study has tens.
    private const int MostRequests = 100;

    // There are results besides those of the answer (PS3.18 8.3.4.4). Other things are said by the same code, as that an address is out of use.
    private const string Warned = "299 ";
    private const string MoreResults = "additional results";

    private const string Modality = "00080060";
    private const string Manufacturer = "00080070";
    private const string Description = "0008103E";
    private const string BodyPart = "00180015";
    private const string SeriesUid = "0020000E";
    private const string Instances = "00201209";

    private static readonly string Fields = string.Join('&', ((string[])[Modality, Manufacturer, Description, BodyPart, Instances]).Select(tag => $"includefield={tag}"));

    private static readonly SeriesRule Usual = new();

    /// <summary>Finds it.</summary>
    /// <param name="server">The archive.</param>
    /// <param name="study">The study.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ProblemException">There is none, or there are several; or the archive does not say.</exception>
    public async Task<ArchivedSeries> FindAsync(ArchiveServer server, string study, string model, CancellationToken cancellation)
    {
        var all = await server.WithinLimitAsync(token => ListAsync(server, study, token), cancellation);
        if (all.Count == 0)
            throw new ProblemException(ArchiveProblemTypes.NotThere, $"The archive '{server.Name}' has no such study, or it is empty.");
        var rule = options.Value.Series.GetValueOrDefault(model) ?? Usual;
        var fitting = all.Where(series => series.Manufacturer != Own && rule.Fits(series)).ToList();
        return fitting switch
        {
            [var one] => one,
            [] => throw new ProblemException(ArchiveProblemTypes.NoSeries, FormattableString.Invariant(
                $"Of {all.Count} series of the study none is one that {model} is for. Name the series, or change Sassnet:Archive:Series:{model}.")),
            _ => throw new ProblemException(ArchiveProblemTypes.SeveralSeries, FormattableString.Invariant(
                $"{fitting.Count} series of the study are such as {model} is for: {FirstFew.Of(fitting, Listed, most: MostListed)}. Name one, or make Sassnet:Archive:Series:{model} narrower.")),
        };
    }

    /// <summary>How many instances the archive says that a series has; null where it does not say: to send a series it need not be able to search.</summary>
    /// <param name="server">The archive.</param>
    /// <param name="study">The study.</param>
    /// <param name="series">The series.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ProblemException">The archive cannot be reached any more.</exception>
    public async Task<int?> CountAsync(ArchiveServer server, string study, string series, CancellationToken cancellation)
    {
        using var request = Request($"studies/{study}/series?SeriesInstanceUID={series}&includefield={Instances}");
        try
        {
            // Some list the whole study whatever is asked.
            return await server.ExchangeAsync(
                request,
                async (response, token) => response.IsSuccessStatusCode
                    ? (await ReadAsync(server, response, token)).Find(one => one.Uid == series)?.Instances
                    : Uncounted(server, FormattableString.Invariant($"it answers {(int)response.StatusCode}")),
                cancellation,
                isAnswer: status => status >= HttpStatusCode.InternalServerError);
        }
        catch (ProblemException mute) when (mute.Type != ArchiveProblemTypes.Unavailable)
        {
            return mute.Type == ArchiveProblemTypes.TooSlow ? Uncounted(server, "it takes too long") : null;
        }
    }

    internal static async Task<List<ArchivedSeries>> ReadAsync(ArchiveServer server, HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.NoContent)
            return [];
        if (await DicomJson.TryReadAsync(response, cancellation) is not { ValueKind: JsonValueKind.Array } answer)
            throw server.BadAnswer($"answered with {response.Content.Headers.ContentType?.MediaType ?? "something"} where DICOMweb has a list of series as JSON");
        var series = answer.EnumerateArray()
            .Select(one => new ArchivedSeries(one.Text(SeriesUid) ?? string.Empty, one.Text(Modality), one.Text(BodyPart), one.Text(Description), one.Number(Instances), one.Text(Manufacturer)))
            .ToList();
        return series.All(one => one.Uid.Length > 0 && DicomUid.IsValid(one.Uid)) ? series : throw server.BadAnswer("listed a series without a sound SeriesInstanceUID");
    }

    /// <summary>All series of a study: archives give so many at once and no more, of which not all say so, and the next from an offset.</summary>
    private static async Task<List<ArchivedSeries>> ListAsync(ArchiveServer server, string study, CancellationToken cancellation)
    {
        var all = new List<ArchivedSeries>();
        var isPart = false;
        for (var requests = 0; requests < MostRequests; requests++)
        {
            using var request = Request(all.Count == 0 ? $"studies/{study}/series?{Fields}" : FormattableString.Invariant($"studies/{study}/series?{Fields}&offset={all.Count}"));
            List<ArchivedSeries> page;
            var wasPart = isPart;
            try
            {
                (page, isPart) = await server.ExchangeAsync(
                    request, async (response, token) => (await ReadAsync(server, response, token), IsPart(response)), cancellation);
            }
            catch (ProblemException refusal) when (all.Count > 0 && (!isPart || refusal.Type == ArchiveProblemTypes.NotThere) && !ArchiveProblemTypes.Passing.Contains(refusal.Type))
            {
                // It knows no offset, or nothing from there on.
                return isPart ? throw Withheld(server, all.Count) : all;
            }

            var before = all.Count;
            all = [.. all.Concat(page).DistinctBy(series => series.Uid)];
            if (all.Count > before)
                continue;
            return wasPart || isPart ? throw Withheld(server, all.Count) : all;
        }

        throw server.BadAnswer(FormattableString.Invariant($"listed {all.Count} series of the study in {MostRequests} answers, and has others"));
    }

    // An archive that cannot search may answer so for ever, and it has just sent the series: another attempt would fetch that for nothing.
    private int? Uncounted(ArchiveServer server, string why)
    {
        LogUncounted(server.Name, why);
        return null;
    }

    private static ProblemException Withheld(ArchiveServer server, int listed) =>
        server.BadAnswer(FormattableString.Invariant($"lists {listed} series of the study, says that there are others, and does not list them"));

    private static bool IsPart(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.PartialContent
        || (response.Headers.TryGetValues("Warning", out var warnings)
            && warnings.Any(warning => warning.StartsWith(Warned, StringComparison.Ordinal) && warning.Contains(MoreResults, StringComparison.OrdinalIgnoreCase)));

    private static HttpRequestMessage Request(string address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/dicom+json");
        return request;
    }

    private static string Listed(ArchivedSeries series) =>
        FormattableString.Invariant($"{series.Uid} ({series.Modality}, {series.Instances?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"} instances)");

    [LoggerMessage(EventId = 72, Level = LogLevel.Warning, Message = "The archive {Archive} does not say how many files a series has ({Why}): what it sent is taken for all of it")]
    private partial void LogUncounted(string archive, string why);
}
