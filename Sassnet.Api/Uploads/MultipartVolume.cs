using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Sassnet.Api.Problems;
using Sassnet.Model.Dicom.Archives;

namespace Sassnet.Api.Uploads;

/// <summary>Finds the files in a body of <c>multipart/form-data</c> (RFC 7578): the parts named <c>volume</c>. File names are never looked at.</summary>
internal sealed class MultipartVolume(HttpRequest request, UploadOptions limits)
{
    private const string PartName = "volume";

    /// <summary>Copies each part's content into a file of its own and reads the body to its end.</summary>
    /// <returns>The bytes copied.</returns>
    /// <exception cref="ProblemException">The body is broken, has no such part, too many of them, others, or more behind a NIfTI volume.</exception>
    public async Task<long> ReceiveAsync(Upload upload, CancellationToken cancellation)
    {
        var reader = new MultipartReader(Boundary(), request.Body);
        var bytes = 0L;
        for (var number = 1; await SoundlyAsync(() => NextAsync(reader, cancellation)) is { } part; number++)
        {
            if (NameOf(part) != PartName)
            {
                throw new ProblemException(ProblemTypes.UnexpectedPart,
                    $"Part {number} of the multipart/form-data body is not named '{PartName}'. Only the file goes into the body; options go into the query.");
            }

            // As soon as it is known that the first part is a volume of its own.
            if (number == 2 && FileKind.Of(upload.Received[0]) == FileKind.Nifti)
                throw new ProblemException(ProblemTypes.SeveralVolumes, ProblemTypes.SeveralVolumes.Example);
            if (number > limits.MaxFiles)
                throw new ProblemException(ProblemTypes.TooManyFiles, FormattableString.Invariant($"The body has more than {limits.MaxFiles} parts, the limit of this service. Send one series."));
            bytes += await LimitedCopy.ToFileAsync(
                (buffer, token) => SoundlyAsync(() => part.Body.ReadAsync(buffer, token)), upload.Add(), bytes, limits.MaxCompressedBytes, cancellation);
        }

        return upload.Received.Count > 0 ? bytes : throw new ProblemException(ProblemTypes.VolumePartMissing, ProblemTypes.VolumePartMissing.Example);
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
