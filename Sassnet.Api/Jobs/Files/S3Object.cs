using Amazon.S3;
using Amazon.S3.Model;

namespace Sassnet.Api.Jobs.Files;

/// <summary>
/// An object of a bucket as a stream that is read in any place: it is asked for anew from wherever reading goes on, also where a connection breaks off. Where that stands
/// still, or breaks off again before anything has come, the bucket is away.
/// </summary>
/// <param name="client">The bucket's.</param>
/// <param name="reach">Whether it can be reached.</param>
/// <param name="standstill">Ends what stands still.</param>
/// <param name="response">The object from its beginning on.</param>
internal sealed class S3Object(IAmazonS3 client, StoreReach reach, Standstill standstill, GetObjectResponse response) : Stream
{
    private readonly (string Bucket, string Key, string ETag) _object = (response.BucketName, response.Key, response.ETag);
    private GetObjectResponse? _response = response;
    private long _responseAt;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = response.ContentLength;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Position >= Length || buffer.IsEmpty ? 0 : await reach.UseAsync(() => standstill.EndAsync(limit => ReadOnAsync(buffer, limit), cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It comes over the network, and is read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _response?.Dispose();
        base.Dispose(disposing);
    }

    private async Task<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var sent = await SentAsync(cancellation);
        int count;
        try
        {
            count = await CountAsync(sent, buffer, cancellation);
        }
        catch (IOException) when (!cancellation.IsCancellationRequested)
        {
            // One connection that breaks tells nothing of the bucket.
            _response?.Dispose();
            _response = null;
            count = await CountAsync(await SentAsync(cancellation), buffer, cancellation);
        }

        Position = _responseAt += count;
        return count;
    }

    private static async Task<int> CountAsync(Stream sent, Memory<byte> buffer, CancellationToken cancellation) =>
        await sent.ReadAsync(buffer, cancellation) is var count && count > 0 ? count : throw new EndOfStreamException("The bucket sent less of an object than it has.");

    // From where reading goes on.
    private async Task<Stream> SentAsync(CancellationToken cancellation)
    {
        if (_response is null || _responseAt != Position)
        {
            _response?.Dispose();
            _response = await client.GetObjectAsync(
                new GetObjectRequest { BucketName = _object.Bucket, Key = _object.Key, EtagToMatch = _object.ETag, ByteRange = new ByteRange(Position, Length - 1) }, cancellation);
            _responseAt = Position;
        }

        return _response.ResponseStream;
    }
}
