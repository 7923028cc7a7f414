using System.Buffers;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Uploads;

/// <summary>Copies an upload to a file and stops as soon as it is longer than allowed.</summary>
internal static class LimitedCopy
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Copies all that <paramref name="read"/> gives, until it gives 0 bytes, into a new file of an upload, and hashes it.</summary>
    /// <param name="read">Reads on.</param>
    /// <param name="upload">The upload.</param>
    /// <param name="already">Bytes of the same upload that are in other files.</param>
    /// <param name="maxBytes">The most bytes of an upload.</param>
    /// <param name="cancellation">Ends the copy.</param>
    /// <returns>The bytes copied.</returns>
    /// <exception cref="ProblemException">There is more than <paramref name="maxBytes"/> in all.</exception>
    public static async Task<long> ToFileAsync(
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read, Upload upload, long already, long maxBytes, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var target = upload.Add().Create(asynchronous: true);
            var copied = 0L;
            int count;
            while ((count = await read(buffer, cancellation)) > 0)
            {
                copied += count;
                if (already + copied > maxBytes)
                    throw TooLarge(maxBytes);
                upload.Hash(buffer.AsSpan(0, count));
                await target.WriteAsync(buffer.AsMemory(0, count), cancellation);
            }

            return copied;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The problem of an upload beyond the limit.</summary>
    public static ProblemException TooLarge(long maxBytes) => new(
        ProblemTypes.UploadTooLarge,
        FormattableString.Invariant($"The upload is larger than {maxBytes} bytes, the limit of this service. Compress it (.nii.gz), or crop the volume."));
}
