using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Sassnet.Api.Access;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;

namespace Sassnet.Api.Uploads;

/// <summary>
/// The body of an upload as it comes in. It is counted here, against the limit and against the room on the disk, and what keeps it from being
/// read is told apart from what keeps it from being written.
/// </summary>
internal sealed class UploadBody(PipeReader body, UploadOptions limits, TemporarySubfolder folder, CallerBytes? callers) : Stream
{
    private long _received;

    /// <summary>The bytes that may still be read; more are an <see cref="InvalidDataException"/>. For readers that hold what they read.</summary>
    public long Allowance { get; set; } = long.MaxValue;

    /// <summary>Whether reading has begun: a client that waits for <c>100 Continue</c> has been told to send.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether all of it was read.</summary>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads on.</summary>
    /// <exception cref="ProblemException">The body is too large or no sound HTTP, or there is no room for it.</exception>
    /// <exception cref="InvalidDataException"><see cref="Allowance"/> is used up.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        HasBegun = true;
        var count = await SoundlyAsync(buffer, cancellationToken);
        HasEnded = count == 0;
        _received += count;
        if (_received > limits.MaxBodyBytes)
            throw LimitedCopy.TooLarge(limits.MaxCompressedBytes);
        if ((Allowance -= count) < 0)
            throw new InvalidDataException();
        callers?.Read(count);
        folder.Cover(_received);
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    // What the server finds wrong with a body it mostly says by a BadHttpRequestException, which has its own problem; the size of a chunk that
    // no number holds is an IOException like any other. A client that went away is nobody's fault.
    private async ValueTask<int> SoundlyAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            // A cancelled pipe can be read on, to let the client see the answer; a cancelled read of one cannot.
            await using var cancelling = cancellation.UnsafeRegister(reader => ((PipeReader)reader!).CancelPendingRead(), body);
            while (true)
            {
                var result = await body.ReadAsync(CancellationToken.None);
                var count = (int)Math.Min(buffer.Length, result.Buffer.Length);
                var taken = result.Buffer.Slice(0, count);
                taken.CopyTo(buffer.Span);
                body.AdvanceTo(taken.End);
                cancellation.ThrowIfCancellationRequested();
                if (count > 0 || result.IsCompleted)
                    return count;
            }
        }
        catch (IOException failure) when (failure is not (BadHttpRequestException or ConnectionResetException))
        {
            throw new ProblemException(
                ProblemTypes.BadRequest,
                "The body is not sound HTTP: the size of a chunk cannot be read. Send it again with an HTTP client, or with 'Content-Length'.",
                inner: failure);
        }
    }
}
