using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;

namespace Sassnet.Api.Uploads;

/// <summary>Finds the file in a body of <c>multipart/form-data</c> (RFC 7578): the one part named <c>volume</c>. File names are never looked at.</summary>
internal sealed class MultipartVolume(HttpRequest request, long maxBytes)
{
    private const string PartName = "volume";

    /// <summary>Copies the part's content into a new file and reads the body to its end.</summary>
    /// <exception cref="ProblemException">The body is broken, has no such part, several of them, or others.</exception>
    public async Task ReceiveAsync(TemporaryFile file, CancellationToken cancellation)
    {
        var reader = new MultipartReader(Boundary(), request.Body);
        var found = false;
        for (var number = 1; await SoundlyAsync(() => NextAsync(reader, cancellation)) is { } part; number++)
        {
            if (NameOf(part) != PartName)
            {
                throw new ProblemException(ProblemTypes.UnexpectedPart,
                    $"Part {number} of the multipart/form-data body is not named '{PartName}'. Only the file goes into the body; options go into the query.");
            }

            if (found)
            {
                DicomInput.ThrowIfDicom(file);
                throw new ProblemException(ProblemTypes.SeveralVolumes, ProblemTypes.SeveralVolumes.Example);
            }

            await LimitedCopy.ToFileAsync((buffer, token) => SoundlyAsync(() => part.Body.ReadAsync(buffer, token)), file, maxBytes, cancellation);
            found = true;
        }

        if (!found)
            throw new ProblemException(ProblemTypes.VolumePartMissing, ProblemTypes.VolumePartMissing.Example);
    }

    private static async ValueTask<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellation) =>
        await reader.ReadNextSectionAsync(cancellation);

    /// <summary>Reads on; a body that breaks off or breaks the rules is the client's fault. A connection that breaks throws a type of its own.</summary>
    private static async ValueTask<T> SoundlyAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failure) when (failure is InvalidDataException || failure.GetType() == typeof(IOException))
        {
            throw new ProblemException(ProblemTypes.MalformedMultipart, ProblemTypes.MalformedMultipart.Example, inner: failure);
        }
    }

    private static string? NameOf(MultipartSection part) =>
        ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) && disposition.DispositionType == "form-data"
            ? HeaderUtilities.RemoveQuotes(disposition.Name).Value
            : null;

    private string Boundary()
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        return string.IsNullOrEmpty(boundary)
            ? throw new ProblemException(ProblemTypes.MalformedMultipart, "'Content-Type' is multipart/form-data without a boundary; let the HTTP client set that header.")
            : boundary;
    }
}
