using System.IO.Compression;
using Sassnet.Model.Compression;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>
/// The first 16 MiB of a deflated data set (PS3.5 A.5), far more than stands before what tells a file's series, inflated in memory and no further than they are
/// read. Faults are <see cref="Volumes.InvalidVolumeException"/>: it is damaged or passes the limit.
/// </summary>
/// <param name="source">At the first byte of what is deflated; it stays open.</param>
/// <param name="expansion">Counts what is inflated, of other files too where it is theirs as well.</param>
internal sealed class InflatedBeginning(Stream source, ExpansionLimit expansion) : Stream
{
    private const int MostBytes = 16 << 20;
    private const int BufferBytes = 16 << 10;

    private readonly DeflateStream _inflate = new(source, CompressionMode.Decompress, leaveOpen: true);
    private readonly MemoryStream _content = new();
    private readonly byte[] _buffer = new byte[BufferBytes];

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    /// <summary>The most there may be: how much there is would take inflating all of it.</summary>
    public override long Length => MostBytes;

    public override long Position
    {
        get => _content.Position;
        set => _content.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        var position = Position;
        Require(position + buffer.Length);
        Position = position;
        return _content.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inflate.Dispose();
            _content.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Require(long length)
    {
        _content.Position = _content.Length;
        int count;
        while (_content.Length < Math.Min(length, MostBytes) && (count = InflatedDataSet.Read(_inflate, Room())) > 0)
        {
            expansion.Add(count);
            _content.Write(_buffer, 0, count);
        }
    }

    private Span<byte> Room() => _buffer.AsSpan(0, (int)Math.Min(BufferBytes, MostBytes - _content.Length));
}
