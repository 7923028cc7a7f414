using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Compression;

/// <summary>
/// Decompresses gzip (RFC 1952), one member or several and zeros behind them, which tapes and some programs pad with, under limits, and proves it
/// whole: <see cref="GZipStream"/> takes a stream that was cut short for a complete one and ignores what follows a member. Faults are <see cref="InvalidVolumeException"/>.
/// What most scans are, one sound member, comes from <see cref="WholeGzip"/>.
/// </summary>
internal sealed class CheckedGzipStream : Stream
{
    // Deflate's highest expansion: a 258-byte match for two bits.
    private const long HighestRatio = 1032;

    // The inflater reads ahead by far less than this.
    private const int TrailerWindow = 256 << 10;
    private const int TrailerLength = 8;
    private const int BufferBytes = 64 << 10;

    private readonly Stream _source;
    private readonly ExpansionLimit _expansion;
    private readonly CancellationToken _ct;
    private readonly Crc32 _crc = new();
    private readonly WholeGzip? _whole;
    private DeflateStream? _member;
    private long _memberStart;
    private long _memberLength;

    /// <summary>Starts at the source's position; the source must be seekable and stays open.</summary>
    public CheckedGzipStream(Stream source, VolumeLimits limits, CancellationToken ct)
    {
        _source = source;
        _expansion = new ExpansionLimit(limits, source.Length);
        _ct = ct;
        _whole = WholeGzip.TryInflate(source);
        if (_whole is null)
            OpenMember();
    }

    /// <summary>Whether the stream itself was found corrupt.</summary>
    public bool IsCorrupt { get; private set; }

    /// <summary>More bytes than the source can possibly decompress to.</summary>
    public long LongestContent => Math.Min(long.MaxValue / HighestRatio, _source.Length) * HighestRatio;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _expansion.Bytes;
        set => throw new NotSupportedException();
    }

    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <summary>Whether the next bytes are gzip's magic number; the position stays.</summary>
    public static bool IsGzip(Stream stream)
    {
        Span<byte> magic = stackalloc byte[2];
        var count = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        stream.Position -= count;
        return magic[..count].SequenceEqual(Magic);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_whole is not null)
            return Take(_whole, buffer);
        while (_member is not null && buffer.Length > 0)
        {
            var count = Inflate(buffer);
            if (count > 0)
            {
                _crc.Append(buffer[..count]);
                _memberLength += count;
                _expansion.Add(count);
                return count;
            }

            _ct.ThrowIfCancellationRequested();
            CloseMember();
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads to the end, to see whether the stream is sound.</summary>
    public void Drain()
    {
        var buffer = new byte[BufferBytes];
        while (Read(buffer) > 0)
            _ct.ThrowIfCancellationRequested();
    }

    /// <summary>Reads on as long as it may still turn out to be a bomb.</summary>
    public void DrainWhileSuspect()
    {
        var buffer = new byte[BufferBytes];
        while (_expansion.IsSuspect(_source.Position) && Read(buffer) > 0)
            _ct.ThrowIfCancellationRequested();
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            _whole?.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Take(WholeGzip whole, Span<byte> buffer)
    {
        var left = whole.Content[(int)_expansion.Bytes..];
        var taken = left[..Math.Min(buffer.Length, left.Length)];
        taken.CopyTo(buffer);
        _expansion.Add(taken.Length);
        return taken.Length;
    }

    private int Inflate(Span<byte> buffer)
    {
        try
        {
            return _member!.Read(buffer);
        }
        catch (InvalidDataException fault)
        {
            throw Corrupt($"its data is damaged near byte {_source.Position}", fault);
        }
    }

    private void OpenMember()
    {
        GzipMemberHeader.Skip(_source, reason => Corrupt(reason));
        _memberStart = _source.Position;
        _memberLength = 0;
        _crc.Reset();
        _member = new DeflateStream(_source, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <summary>
    /// Finds the member's trailer. The inflater reads ahead and does not tell how far, but the eight bytes of checksum and length are
    /// known by now: they stand where the compressed data ends, or the member is not whole.
    /// </summary>
    private void CloseMember()
    {
        _member!.Dispose();
        _member = null;

        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)_memberLength);

        var end = Math.Min(_source.Length, _source.Position + TrailerLength);
        var start = Math.Max(_memberStart, end - TrailerWindow);
        var window = new byte[Math.Min(_source.Length, end + Magic.Length) - start];
        _source.Position = start;
        _source.ReadExactly(window);

        // Content may be full of what its own trailer is: each place is judged by the bytes in the window, read once for all of them.
        var places = window.AsSpan(0, (int)(end - start));
        var (spoilt, after) = (0L, 0L);
        int step;
        for (var at = 0; (step = places[at..].IndexOf(trailer)) >= 0; at++)
        {
            at += step;
            var rest = window.AsSpan(at + TrailerLength);
            after = start + at + TrailerLength;
            if (rest.IsEmpty)
                return;
            if (rest.StartsWith(Magic))
            {
                _source.Position = after;
                OpenMember();
                return;
            }

            // In zeros every place looks like the trailer of nothing, and what spoils the rest of one spoils that of those before it.
            if (spoilt <= after)
            {
                var spoiltInWindow = rest.IndexOfAnyExcept((byte)0);
                spoilt = spoiltInWindow >= 0 ? after + spoiltInWindow : FirstNotZero();
                if (spoilt == _source.Length)
                    return;
            }
        }

        throw Corrupt(after > 0
            ? Counted.Of(_source.Length - after, "byte follows its end, which is neither gzip nor zero", "bytes follow its end, which are neither gzip nor zeros")
            : "it is cut short, or its checksum does not match its data");
    }

    /// <summary>
    /// Where the first byte is that is not zero, from the end of the window on, at which the source is; the source's length where there is none. Nothing in the
    /// window can be followed by a member then, so this is asked once at most.
    /// </summary>
    private long FirstNotZero()
    {
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = _source.Read(buffer)) > 0)
        {
            _ct.ThrowIfCancellationRequested();
            var at = buffer.AsSpan(0, count).IndexOfAnyExcept((byte)0);
            if (at >= 0)
                return _source.Position - count + at;
        }

        return _source.Length;
    }

    private InvalidVolumeException Corrupt(string reason, Exception? inner = null)
    {
        IsCorrupt = true;
        return new InvalidVolumeException(InvalidVolumeKind.Malformed, "corrupt-gzip", $"The gzip stream is corrupt: {reason}.", inner);
    }
}
