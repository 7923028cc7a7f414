using System.Globalization;
using Microsoft.Extensions.Options;
using Sassnet.Api.Access;
using Sassnet.Api.Problems;
using Sassnet.Api.Requests;
using Sassnet.Api.TemporaryFiles;

namespace Sassnet.Api.Uploads;

/// <summary>
/// Streams the files of a request to temporary files, under the limits on size, time, number at once and room on the disk. Nothing is held in memory.
/// </summary>
internal sealed class UploadReceiver(TemporaryFolder folder, IOptions<UploadOptions> options, TimeProvider clock)
{
    private readonly UploadOptions _limits = options.Value;
    private readonly UploadPlaces _places = new(options.Value.MaxConcurrent);

    /// <summary>Receives the files, and finds those of the volume, in a zip too; the caller disposes the upload.</summary>
    /// <exception cref="ProblemException">
    /// The body is empty, malformed, too large, too slow, of a kind that is not taken, or several volumes; or there is no place or no room for it,
    /// which is said before it is read where it tells its length.
    /// </exception>
    /// <exception cref="Model.Volumes.InvalidVolumeException">A zip is unsafe, corrupt or too large, or a file may be a damaged slice.</exception>
    public async Task<Upload> ReceiveAsync(HttpRequest request, CancellationToken aborted)
    {
        RefuseEncoded(request.Headers);
        var isForm = MultipartVolume.IsForm(request.ContentType);
        var length = request.ContentLength ?? 0;
        if (length > (isForm ? _limits.MaxBodyBytes : _limits.MaxCompressedBytes))
            throw LimitedCopy.TooLarge(_limits.MaxCompressedBytes);
        using var place = _places.Enter(Caller.ShareOf(request.HttpContext));
        using var limit = new CancellationTokenSource(_limits.TimeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, limit.Token);
        var subfolder = folder.NewFolder(length);
        var upload = new Upload(subfolder);
        try
        {
            var body = new UploadBody(request.BodyReader, _limits, subfolder, request.HttpContext.Features.Get<CallerBytes>());
            request.HttpContext.Features.Set(body);
            var bytes = isForm
                ? await new MultipartVolume(request.ContentType!, body, _limits).ReceiveAsync(upload, either.Token)
                : await LimitedCopy.ToFileAsync(body.ReadAsync, upload, 0, _limits.MaxCompressedBytes, either.Token);
            if (bytes == 0)
                throw new ProblemException(ProblemTypes.EmptyUpload, ProblemTypes.EmptyUpload.Example);
            RequestOutcome.Of(request.HttpContext).InputSha256 = upload.Sha256();
            await Task.Run(() => upload.Choose(_limits, either.Token), CancellationToken.None);
            return upload.Files is { IsDicom: false, Files.Count: > 1 }
                ? throw new ProblemException(ProblemTypes.SeveralVolumes, ProblemTypes.SeveralVolumes.Example)
                : upload;
        }
        catch (Exception failure)
        {
            // Before its files go: who sees that they are gone finds the place free.
            place.Dispose();
            upload.Dispose();
            throw failure is OperationCanceledException && limit.IsCancellationRequested && !aborted.IsCancellationRequested ? TooLong(failure) : failure;
        }
    }

    /// <summary>Refuses a body that was encoded, which is taken as it is.</summary>
    /// <exception cref="ProblemException">It has a content coding, or a transfer coding other than chunked.</exception>
    public static void RefuseEncoded(IHeaderDictionary headers)
    {
        if (headers.ContentEncoding.ToString() is { Length: > 0 } coding && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(ProblemTypes.ContentEncoding,
                $"'Content-Encoding' is '{coding}'; none is accepted. Send the body as it is, a .nii.gz file too, without that header.");
        }

        // The server takes the chunks apart, and whatever else was done to the body it would leave in.
        if (headers.TransferEncoding.ToString() is { Length: > 0 } transfer && !transfer.Equals("chunked", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(ProblemTypes.ContentEncoding,
                $"'Transfer-Encoding' is '{transfer}'; accepted: chunked alone. Let the HTTP client set that header.");
        }
    }

    private ProblemException TooLong(Exception failure) => new(
        ProblemTypes.TimeLimit,
        string.Create(CultureInfo.InvariantCulture, $"The upload took longer than {_limits.TimeLimit.TotalSeconds:0.###} s, the limit of this service. ")
            + "Send it over a faster connection, or compressed.",
        inner: failure);
}
