using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Uploads;
using Sassnet.Model.Wording;

namespace Sassnet.Api.Archive;

/// <summary>Fetches a series (WADO-RS, PS3.18 10.4), as the archive has it stored, file by file onto the disk and under the limits of an upload.</summary>
internal sealed class SeriesRetrieval(TemporaryFolder folder, IOptions<UploadOptions> limits)
{
    private const string Related = "multipart/related";
    private const string Accepted = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";
    private const int LongestBoundary = 256;

    // As for an upload: what may come in before the reader gives something back.
    private const int MostHeld = 4 * MultipartReader.DefaultHeadersLengthLimit;

    /// <summary>Fetches it; the caller disposes the upload.</summary>
    /// <param name="server">The archive.</param>
    /// <param name="study">The study.</param>
    /// <param name="series">The series.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ProblemException">The archive does not send it, or it is too large.</exception>
    /// <exception cref="Model.Volumes.InvalidVolumeException">A file may be a damaged slice.</exception>
    public async Task<Upload> FetchAsync(ArchiveServer server, string study, string series, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"studies/{study}/series/{series}");
        request.Headers.TryAddWithoutValidation(HeaderNames.Accept, Accepted);
        return await server.ExchangeAsync(request, (response, token) => ReceiveAsync(server, response, token), cancellation);
    }

    private async Task<Upload> ReceiveAsync(ArchiveServer server, HttpResponseMessage response, CancellationToken cancellation)
    {
        // Some of the files, since the archive could not send all (PS3.18 10.4.3).
        if (response.StatusCode == HttpStatusCode.PartialContent)
            throw server.Unavailable("answered 206: it sent only some files of the series");
        var type = response.Content.Headers.ContentType?.ToString();
        var boundary = BoundaryIn(type) ?? throw server.BadAnswer($"answered with {response.Content.Headers.ContentType?.MediaType ?? "no type"} where DICOMweb has {Related}");
        var subfolder = folder.NewFolder(0);
        var upload = new Upload(subfolder);
        try
        {
            await using var answer = await response.Content.ReadAsStreamAsync(cancellation);
            var body = new UploadBody(PipeReader.Create(answer), limits.Value, subfolder, callers: null);
            await ReadPartsAsync(server, new MultipartReader(boundary, body), body, upload, cancellation);
            await Task.Run(() => upload.Choose(limits.Value, cancellation), CancellationToken.None);
            return upload.IsDicom ? upload : throw server.BadAnswer("sent files that are not DICOM");
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    private async Task ReadPartsAsync(ArchiveServer server, MultipartReader reader, UploadBody body, Upload upload, CancellationToken cancellation)
    {
        var bytes = 0L;
        while (await SoundlyAsync(server, body, async () => await reader.ReadNextSectionAsync(cancellation)) is { } part)
        {
            if (upload.Received.Count == limits.Value.MaxFiles)
                throw new ProblemException(ProblemTypes.TooManyFiles, $"The series has more than {Counted.Of(limits.Value.MaxFiles, "file")}, the limit of this service.");
            bytes += await LimitedCopy.ToFileAsync(
                (buffer, token) => SoundlyAsync(server, body, () => part.Body.ReadAsync(buffer, token)), upload, bytes, limits.Value.MaxCompressedBytes, cancellation);
        }

        if (upload.Received.Count == 0)
            throw server.BadAnswer("answered without a single file");
    }

    // An answer that ends before its last boundary is an IOException of the reader's own; one whose connection breaks is a request that was no sound HTTP.
    private static async ValueTask<T> SoundlyAsync<T>(ArchiveServer server, UploadBody body, Func<ValueTask<T>> read)
    {
        body.Allowance = MostHeld;
        try
        {
            return await read();
        }
        catch (InvalidDataException)
        {
            throw server.BadAnswer($"sent {Related} that cannot be read");
        }
        catch (ProblemException broken) when (broken.Type == ProblemTypes.BadRequest)
        {
            throw server.Unavailable("broke off in its answer", broken);
        }
        catch (IOException broken) when (broken.GetType() == typeof(IOException))
        {
            throw server.Unavailable("broke off in its answer", broken);
        }
    }

    private static string? BoundaryIn(string? type) =>
        MediaTypeHeaderValue.TryParse(type, out var parsed) && parsed.MediaType.Equals(Related, StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(parsed.Boundary).Value is { Length: > 0 and <= LongestBoundary } boundary
            ? boundary
            : null;
}
