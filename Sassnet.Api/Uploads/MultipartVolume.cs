using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Sassnet.Api.Problems;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Wording;

namespace Sassnet.Api.Uploads;

/// <summary>Finds the files in a body of <c>multipart/form-data</c> (RFC 7578): the parts named <c>volume</c>. File names are never looked at.</summary>
internal sealed class MultipartVolume(string contentType, UploadBody body, UploadOptions limits)
{
    private const string FormType = "multipart/form-data";
    private const string PartName = "volume";

    // RFC 2046 has 70; the reader holds one in its buffer.
    private const int LongestBoundary = 256;

    // What may come in before the reader gives something back: what stands before a part, twice over. The reader's own limit on a line counts each
    // of its buffers alone, and so takes in a line of any length.
    private const int MostHeld = 4 * MultipartReader.DefaultHeadersLengthLimit;

    /// <summary>Whether a body of this type is a form.</summary>
    public static bool IsForm(string? contentType) => MediaTypeHeaderValue.TryParse(contentType, out var type)
        ? type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase)
        : contentType?.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Copies each part's content into a file of its own and reads the body to its end.</summary>
    /// <returns>The bytes copied.</returns>
    /// <exception cref="ProblemException">The body is broken, has no such part, too many of them, others, or more behind a NIfTI volume.</exception>
    public async Task<long> ReceiveAsync(Upload upload, CancellationToken cancellation)
    {
        var reader = new MultipartReader(Boundary(), body);
        var bytes = 0L;
        for (var number = 1; await SoundlyAsync(number - 1, () => NextAsync(reader, cancellation)) is { } part; number++)
        {
            if (NameOf(part, number) != PartName)
            {
                throw new ProblemException(ProblemTypes.UnexpectedPart,
                    $"Part {number} of the multipart/form-data body is not named '{PartName}'. Only the file goes into the body; options go into the query.");
            }

            // As soon as it is known that the first part is a volume of its own.
            if (number == 2 && FileKind.Of(upload.Received[0]) == FileKind.Nifti)
                throw new ProblemException(ProblemTypes.SeveralVolumes, ProblemTypes.SeveralVolumes.Example);
            if (number > limits.MaxFiles)
                throw new ProblemException(ProblemTypes.TooManyFiles, $"The body has more than {Counted.Of(limits.MaxFiles, "part")}, the limit of this service. Send one series.");
            bytes += await LimitedCopy.ToFileAsync(
                (buffer, token) => SoundlyAsync(number, () => part.Body.ReadAsync(buffer, token)), upload, bytes, limits.MaxCompressedBytes, cancellation);
        }

        return upload.Received.Count > 0 ? bytes : throw new ProblemException(ProblemTypes.VolumePartMissing, ProblemTypes.VolumePartMissing.Example);
    }

    private static async ValueTask<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellation) =>
        await reader.ReadNextSectionAsync(cancellation);

    /// <summary>Reads on, behind so many parts. A body that breaks off is an IOException of the reader's own; those of the connection are of other types.</summary>
    private async ValueTask<T> SoundlyAsync<T>(int parts, Func<ValueTask<T>> read)
    {
        body.Allowance = MostHeld;
        try
        {
            return await read();
        }
        catch (InvalidDataException failure)
        {
            throw Malformed(
                FormattableString.Invariant($"The multipart/form-data body cannot be read {(parts == 0 ? "before its first part" : $"after part {parts}")}: ")
                    + FormattableString.Invariant($"between parts stand a boundary line and at most {MultipartReader.DefaultHeadersCountLimit} headers ('Name: value') ")
                    + FormattableString.Invariant($"of {MultipartReader.DefaultHeadersLengthLimit} bytes together. Let an HTTP client make the body, or send the file's bytes as the whole body."),
                failure);
        }
        catch (IOException failure) when (failure.GetType() == typeof(IOException))
        {
            throw Malformed(ProblemTypes.MalformedMultipart.Example, failure);
        }
    }

    private static string? NameOf(MultipartSection part, int number)
    {
        if (part.ContentDisposition is not { } text)
            return null;
        if (!ContentDispositionHeaderValue.TryParse(text, out var disposition))
        {
            // Not the header itself: file names may tell of patients.
            throw Malformed(
                FormattableString.Invariant($"The 'Content-Disposition' of part {number} of the multipart/form-data body cannot be read; accepted: form-data; name=\"{PartName}\"; filename=\"scan.nii.gz\". ")
                    + "A quote in a file name is written %22, and a name with spaces stands between quotes; it may be left out. Let an HTTP client make the body, or send the file's bytes as the whole body.");
        }

        return disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase) ? HeaderUtilities.RemoveQuotes(disposition.Name).Value : null;
    }

    private string Boundary()
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
            throw Malformed("'Content-Type' begins with multipart/form-data and cannot be read; let the HTTP client set that header.");
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
            throw Malformed("'Content-Type' is multipart/form-data without a boundary; let the HTTP client set that header.");
        return boundary.Length <= LongestBoundary ? boundary : throw Malformed(FormattableString.Invariant(
            $"The boundary in 'Content-Type' has {boundary.Length} characters; accepted: at most {LongestBoundary}. Let the HTTP client set that header."));
    }

    private static ProblemException Malformed(string detail, Exception? inner = null) => new(ProblemTypes.MalformedMultipart, detail, inner: inner);
}
