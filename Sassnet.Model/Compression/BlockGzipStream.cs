using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Sassnet.Model.Compression;

/// <summary>
/// Compresses to gzip (RFC 1952) on all cores. The content goes in blocks, each deflated by itself and flushed to a whole byte, which make one stream of deflate
/// (RFC 1951) in one member when they stand one behind the other, as in pigz: readers that stop at a member's end read all of it. On one
/// machine the bytes depend on the content alone, not on how many threads there are; <see cref="BlockDeflate"/> goes by what is installed there.
/// </summary>
/// <param name="target">Takes the file; it stays open.</param>
internal sealed class BlockGzipStream(Stream target) : Stream
{
    // A reference to what is 32 kB back cannot lead out of a block: of this length none that count are lost.
    private const int BlockBytes = 512 << 10;

    // Deflate, no name, no time, the fastest level, an unknown system.
    private static readonly byte[] Header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 0xFF];

    private readonly Queue<Task<ReadOnlyMemory<byte>>> _underWay = new();
    private readonly Crc32 _crc = new();
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _filled;
    private long _length;
    private bool _isBegun;
    private bool _isBroken;
    private bool _isClosed;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _crc.Append(buffer);
        _length += buffer.Length;
        while (buffer.Length > 0)
        {
            var part = buffer[..Math.Min(buffer.Length, BlockBytes - _filled)];
            part.CopyTo(_block.AsSpan(_filled));
            _filled += part.Length;
            buffer = buffer[part.Length..];
            if (_filled == BlockBytes)
                BeginBlock();
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: a block ends where it is full.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isClosed)
        {
            _isClosed = true;
            if (!_isBroken)
                End();
        }

        base.Dispose(disposing);
    }

    private void End()
    {
        if (_filled > 0)
            BeginBlock();
        while (_underWay.Count > 0)
            DeliverFirst();
        Deliver(BlockDeflate.Last);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)_length);
        Deliver(trailer);
        ArrayPool<byte>.Shared.Return(_block);
    }

    private void BeginBlock()
    {
        // One more than there are cores, so that none waits while the first is written.
        while (_underWay.Count > Environment.ProcessorCount)
            DeliverFirst();
        var (block, filled) = (_block, _filled);
        _underWay.Enqueue(Task.Run(() => Deflate(block, filled)));
        (_block, _filled) = (ArrayPool<byte>.Shared.Rent(BlockBytes), 0);
    }

    // A task that has not begun is done by whoever waits for it: no thread needs to be free.
    private void DeliverFirst()
    {
        var deflated = _underWay.Dequeue().GetAwaiter().GetResult();
        Deliver(deflated.Span);
    }

    private void Deliver(ReadOnlySpan<byte> bytes)
    {
        // What failed once is not tried again when the stream is closed.
        _isBroken = true;
        if (!_isBegun)
            target.Write(Header);
        _isBegun = true;
        target.Write(bytes);
        _isBroken = false;
    }

    private static ReadOnlyMemory<byte> Deflate(byte[] block, int filled)
    {
        var deflated = BlockDeflate.Deflate(block.AsSpan(0, filled));
        ArrayPool<byte>.Shared.Return(block);
        return deflated;
    }
}
