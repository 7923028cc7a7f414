namespace Sassnet.Api.Segmentation;

/// <summary>Ends whoever writes to a stream as soon as a token is cancelled: the writers of the formats are many, and none has to look itself.</summary>
/// <param name="target">Takes what is written; it stays open.</param>
/// <param name="cancellation">Looked at before each write.</param>
internal sealed class CancellableStream(Stream target, CancellationToken cancellation) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => target.CanSeek;

    public override bool CanWrite => true;

    public override long Length => target.Length;

    public override long Position
    {
        get => target.Position;
        set => target.Position = value;
    }

    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        target.Write(buffer);
    }

    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => target.Flush();

    public override long Seek(long offset, SeekOrigin origin) => target.Seek(offset, origin);

    public override void SetLength(long value) => target.SetLength(value);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("An answer is written here, not read.");
}
