using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sassnet.Api.Problems;
using Sassnet.Model.Wording;

namespace Sassnet.Api.Archive;

/// <summary>
/// Stores objects beside their source (STOW-RS, PS3.18 10.5), all in one request. An archive that has one of them already keeps one: the same result has the same
/// identifiers, so that what may or may not have been stored is stored again.
/// </summary>
internal static class InstanceStore
{
    private const string Dicom = "application/dicom";
    private const string FailedSequence = "00081198";
    private const string StoredSequence = "00081199";
    private const string FailureReason = "00081197";
    private const int OutOfResources = 0xA700; // to 0xA7FF
    private const int Duplicate = 0x0111;

    // Of Microsoft's servers, which have codes of their own for what is there and for what another request is storing at this moment.
    private const int Existing = 0xB00E;
    private const int Pending = 0xB00F;

    /// <summary>Stores them.</summary>
    /// <param name="server">The archive.</param>
    /// <param name="study">The study that they belong to.</param>
    /// <param name="files">Their files, which are closed.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ProblemException">The archive did not store each of them.</exception>
    public static async Task StoreAsync(ArchiveServer server, string study, IReadOnlyList<Stream> files, CancellationToken cancellation)
    {
        using var content = new MultipartContent("related");
        content.Headers.ContentType!.Parameters.Add(new NameValueHeaderValue("type", $"\"{Dicom}\""));
        foreach (var file in files)
        {
            // Can be read again, for a request that is sent again.
            var part = new StreamContent(file);
            part.Headers.ContentType = new MediaTypeHeaderValue(Dicom);
            content.Add(part);
        }

        var sent = (files.Count, files.Sum(file => file.Length));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"studies/{study}") { Content = content };
        request.Headers.Accept.ParseAdd("application/dicom+json");
        await server.ExchangeAsync(
            request,
            (response, token) => CheckAsync(server, response, sent, token),
            cancellation,
            isAnswer: status => status is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType);
    }

    // Success alone says little: some archives answer 200 to what they refuse, and a page of a proxy is 200 too.
    private static async Task<bool> CheckAsync(ArchiveServer server, HttpResponseMessage response, (int Objects, long Bytes) sent, CancellationToken cancellation)
    {
        var answer = await DicomJson.TryReadAsync(response, cancellation);
        var failed = answer?.Values(FailedSequence).Select(item => item.Number(FailureReason)).ToList() ?? [];

        // What is there already under its identifier is this result.
        var stored = (answer?.Values(StoredSequence).Count() ?? 0) + failed.RemoveAll(reason => reason is Duplicate or Existing);
        if (failed.Count == 0 && stored == sent.Objects)
            return true;

        // Sent again for what passes by itself, the objects would be refused again for what does not.
        if (failed.Count > 0 && failed.TrueForAll(reason => reason == Pending || IsOutOfResources(reason)))
        {
            throw server.Unavailable(failed.Exists(IsOutOfResources)
                ? "has no room for the results"
                : FormattableString.Invariant($"is storing an object of the results already (reason 0x{Pending:X4})"));
        }

        if (failed.Count == 0 && response.IsSuccessStatusCode && answer is not { ValueKind: JsonValueKind.Object })
            throw server.BadAnswer("did not say what of the results it has stored");
        var reasons = failed.Count > 0 ? string.Join(", ", failed.Select(Meaning).Distinct())
            : response.StatusCode == HttpStatusCode.RequestEntityTooLarge
                ? FormattableString.Invariant($"it, or a proxy before it, answered 413 and takes no upload of that size, {sent.Bytes} bytes in one request")
                : FormattableString.Invariant($"it answered {(int)response.StatusCode} and gave no reason");
        throw new ProblemException(ArchiveProblemTypes.StoreRefused, FormattableString.Invariant(
            $"The archive '{server.Name}' stored {stored} of {Counted.Of(sent.Objects, "object")}: {reasons}. Sending the job again stores no second one of those that it has."));
    }

    private static bool IsOutOfResources(int? reason) => (reason & 0xFF00) == OutOfResources;

    // PS3.18 table I.2-2 and PS3.7 annex C.
    private static string Meaning(int? reason) => reason switch
    {
        null => "no reason given",
        0x0110 => "reason 0x0110 (processing failure)",
        0x0122 => "reason 0x0122 (SOP class not supported)",
        0x0124 => "reason 0x0124 (not authorised)",
        Pending => $"reason 0x{Pending:X4} (being stored already)",
        >= OutOfResources and <= (OutOfResources | 0xFF) => $"reason 0x{reason:X4} (out of resources)",
        >= 0xA900 and <= 0xA9FF => $"reason 0x{reason:X4} (an object does not match its class)",
        >= 0xC000 and <= 0xCFFF => $"reason 0x{reason:X4} (cannot understand)",
        _ => $"reason 0x{reason:X4}",
    };
}
