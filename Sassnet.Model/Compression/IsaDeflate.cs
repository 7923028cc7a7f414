using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Compression;

/// <summary>
/// Deflate (RFC 1951) by Intel's Intelligent Storage Acceleration Library where it is installed, as Debian's and Ubuntu's package libisal2 does: volumes of numbers
/// take it a fraction of zlib's time and hardly more bytes (decision 12).
/// </summary>
internal static unsafe class IsaDeflate
{
    /// <summary>The level that finds repeats best.</summary>
    public const uint Thorough = 3;

    /// <summary>A level that is twice as fast where hardly anything repeats, and loses sight of much that does.</summary>
    public const uint Quick = 2;

    private const string Name = "libisal.so.2";

    // igzip_lib.h: what the thorough level wants to work in, ISAL_DEF_LVL3_DEFAULT; the quick one wants a little less.
    private const int LevelBytes = (4 << 10) + (16 << 10) + (2 * (32 << 10)) + (4 * (64 << 10));

    // Ends on a whole byte, and refers to nothing before: what follows may be made by itself.
    private const ushort FullFlush = 2;

    // The stream is 82 kB, most of it the library's own; another release of the same interface may want a little more.
    private const int StreamBytes = 256 << 10;

    private const int Alignment = 64;

    // Of content that does not get smaller: a few bytes for each 64 kB that are stored, and the end.
    private const int MostGrowth = 4 << 10;

    private static readonly delegate* unmanaged<Stream*, void> Initialise;
    private static readonly delegate* unmanaged<Stream*, int> Compress;

    static IsaDeflate()
    {
        if (!NativeLibrary.TryLoad(Name, out var library)
            || !NativeLibrary.TryGetExport(library, "isal_deflate_stateless_init", out var initialise)
            || !NativeLibrary.TryGetExport(library, "isal_deflate_stateless", out var compress))
            return;
        Initialise = (delegate* unmanaged<Stream*, void>)initialise;
        Compress = (delegate* unmanaged<Stream*, int>)compress;
        IsThere = Works();
    }

    /// <summary>Whether the library is there and does what it is to do.</summary>
    public static bool IsThere { get; }

    /// <summary>Deflates content by itself into blocks none of which is the last, ending on a whole byte.</summary>
    /// <param name="content">The content.</param>
    /// <param name="level"><see cref="Quick"/> or <see cref="Thorough"/>.</param>
    /// <exception cref="InvalidOperationException">The library does not do it.</exception>
    public static ReadOnlyMemory<byte> Deflate(ReadOnlySpan<byte> content, uint level)
    {
        var room = ArrayPool<byte>.Shared.Rent(content.Length + (content.Length >> 8) + MostGrowth);
        var work = (byte*)NativeMemory.AlignedAlloc(StreamBytes + LevelBytes, Alignment);
        try
        {
            var stream = (Stream*)work;
            NativeMemory.Clear(stream, StreamBytes);
            Initialise(stream);
            fixed (byte* from = content, to = room)
            {
                stream->In = from;
                stream->InLength = (uint)content.Length;
                stream->Out = to;
                stream->OutLength = (uint)room.Length;
                stream->Level = level;
                stream->LevelBuffer = work + StreamBytes;
                stream->LevelBufferLength = LevelBytes;
                stream->EndOfStream = 0;
                stream->Flush = FullFlush;
                var code = Compress(stream);
                if (code != 0 || stream->InLength != 0)
                    throw new InvalidOperationException($"{Name} answers {code} to {content.Length} bytes, of which it leaves {stream->InLength}.");
                return room.AsSpan(0, (int)stream->OutTotal).ToArray();
            }
        }
        finally
        {
            NativeMemory.AlignedFree(work);
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    // A library of another interface is found out here, and not by who reads what it made.
    private static bool Works()
    {
        var (content, inflated) = (new byte[200_000], new byte[200_000]);
        new Random(1).NextBytes(content.AsSpan(content.Length / 2));
        try
        {
            using var inflate = new DeflateStream(new MemoryStream([.. Deflate(content, Thorough).Span, .. BlockDeflate.Last]), CompressionMode.Decompress);
            inflate.ReadExactly(inflated);
            return inflate.ReadByte() < 0 && inflated.AsSpan().SequenceEqual(content);
        }
        catch (Exception failure) when (failure is InvalidOperationException or InvalidDataException or EndOfStreamException)
        {
            return false;
        }
    }

    // struct isal_zstream.
    [StructLayout(LayoutKind.Sequential)]
    private struct Stream
    {
        public byte* In;
        public uint InLength;
        public uint InTotal;
        public byte* Out;
        public uint OutLength;
        public uint OutTotal;
        public void* Codes;
        public uint Level;
        public uint LevelBufferLength;
        public byte* LevelBuffer;
        public ushort EndOfStream;
        public ushort Flush;
        public ushort GzipFlag;
        public ushort HistoryBits;
    }
}
