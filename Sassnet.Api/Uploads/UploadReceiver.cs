using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;

namespace Sassnet.Api.Uploads;

/// <summary>Streams the files of a request to temporary files, under the limits on size and time. Nothing is held in memory.</summary>
internal sealed class UploadReceiver(TemporaryFolder folder, IOptions<UploadOptions> options, TimeProvider clock)
{
    private readonly UploadOptions _limits = options.Value;

    /// <summary>Receives the files, and finds those of the volume, in a zip too; the caller disposes the upload.</summary>
    /// <exception cref="ProblemException">The body is empty, malformed, too large, too slow, of a kind that is not taken, or several volumes.</exception>
    /// <exception cref="Model.Volumes.InvalidVolumeException">A zip is unsafe, corrupt or too large, or a file may be a damaged slice.</exception>
    public async Task<Upload> ReceiveAsync(HttpRequest request, CancellationToken aborted)
    {
        ThrowIfEncoded(request.Headers.ContentEncoding.ToString());
        using var limit = new CancellationTokenSource(_limits.TimeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, limit.Token);
        var upload = new Upload(folder.NewFolder());
        try
        {
            var bytes = IsForm(request.ContentType)
                ? await new MultipartVolume(request, _limits).ReceiveAsync(upload, either.Token)
                : await LimitedCopy.ToFileAsync(request.Body.ReadAsync, upload.Add(), 0, _limits.MaxCompressedBytes, either.Token);
            if (bytes == 0)
                throw new ProblemException(ProblemTypes.EmptyUpload, ProblemTypes.EmptyUpload.Example);
            await Task.Run(() => upload.Choose(_limits, either.Token), CancellationToken.None);
            return upload.Files is { IsDicom: false, Files.Count: > 1 }
                ? throw new ProblemException(ProblemTypes.SeveralVolumes, ProblemTypes.SeveralVolumes.Example)
                : upload;
        }
        catch (Exception failure)
        {
            upload.Dispose();
            throw failure switch
            {
                OperationCanceledException when limit.IsCancellationRequested && !aborted.IsCancellationRequested => TooLong(failure),
                BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => LimitedCopy.TooLarge(_limits.MaxCompressedBytes),
                _ => failure,
            };
        }
    }

    private static bool IsForm(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    private static void ThrowIfEncoded(string coding)
    {
        if (coding.Length > 0 && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(ProblemTypes.ContentEncoding,
                $"'Content-Encoding' is '{coding}'; none is accepted. Send a .nii.gz file as it is, without that header.");
        }
    }

    private ProblemException TooLong(Exception failure) => new(
        ProblemTypes.TimeLimit,
        string.Create(CultureInfo.InvariantCulture, $"The upload took longer than {_limits.TimeLimit.TotalSeconds:0.###} s, the limit of this service. ")
            + "Send it over a faster connection, or compressed.",
        inner: failure);
}
