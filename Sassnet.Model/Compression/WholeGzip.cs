using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Compression;

/// <summary>
/// The content of a gzip file that is one sound member of moderate size, inflated at one go. Whatever else a file is, several members, padded, damaged, large, is
/// for <see cref="CheckedGzipStream"/> to read piece by piece, and to say what is wrong with it.
/// </summary>
internal sealed unsafe class WholeGzip : IDisposable
{
    /// <summary>The most bytes of a file and of its content: a fraction of a second's work, and of the memory that the network needs.</summary>
    public const int MostBytes = 64 << 20;

    // What gets smaller than this, as masks do, is quickly inflated by anybody; and a damaged length cannot ask for more room than the file deserves.
    private const int MostRatio = 16;

    // A header of 10 bytes, 2 of an empty block, and the checksum and length.
    private const int LeastBytes = 20;

    private readonly int _length;
    private byte* _content;

    private WholeGzip(int length)
    {
        _content = (byte*)NativeMemory.Alloc((nuint)length);
        _length = length;
    }

    /// <summary>The content; not after it was disposed.</summary>
    public ReadOnlySpan<byte> Content => new(_content, _length);

    /// <summary>Inflates what is left of a stream, whose position is then where it was.</summary>
    /// <param name="source">Seekable, at the first byte of a member.</param>
    /// <returns>Null where it is no such file or libdeflate is not installed.</returns>
    public static WholeGzip? TryInflate(Stream source)
    {
        var start = source.Position;
        if (!LibDeflate.IsThere || source.Length - start is < LeastBytes or > MostBytes)
            return null;
        var count = (int)(source.Length - start);
        var room = (byte*)NativeMemory.Alloc((nuint)count);
        try
        {
            var member = new Span<byte>(room, count);
            source.ReadExactly(member);
            source.Position = start;

            // Of one member its last four bytes are the length of its content; of anything else they come to nothing below.
            var length = BinaryPrimitives.ReadUInt32LittleEndian(member[^sizeof(uint)..]);
            return length <= Math.Min(MostBytes, MostRatio * (long)count) ? TryInflate(member, (int)length) : null;
        }
        finally
        {
            NativeMemory.Free(room);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_content);
        _content = null;
    }

    private static WholeGzip? TryInflate(ReadOnlySpan<byte> member, int length)
    {
        var whole = new WholeGzip(length);
        if (LibDeflate.TryInflate(member, new Span<byte>(whole._content, length)))
            return whole;
        whole.Dispose();
        return null;
    }
}
