using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Compression;

/// <summary>Inflates gzip by libdeflate where it is installed, as Debian's and Ubuntu's package libdeflate0 does: in half of the time that zlib takes (decision 13).</summary>
internal static unsafe class LibDeflate
{
    private const string Name = "libdeflate.so.0";

    private static readonly delegate* unmanaged<void*> Allocate;
    private static readonly delegate* unmanaged<void*, void> Free;
    private static readonly delegate* unmanaged<void*, byte*, nuint, byte*, nuint, nuint*, nuint*, int> Decompress;

    static LibDeflate()
    {
        if (!NativeLibrary.TryLoad(Name, out var library)
            || !NativeLibrary.TryGetExport(library, "libdeflate_alloc_decompressor", out var allocate)
            || !NativeLibrary.TryGetExport(library, "libdeflate_free_decompressor", out var free)
            || !NativeLibrary.TryGetExport(library, "libdeflate_gzip_decompress_ex", out var decompress))
            return;
        Allocate = (delegate* unmanaged<void*>)allocate;
        Free = (delegate* unmanaged<void*, void>)free;
        Decompress = (delegate* unmanaged<void*, byte*, nuint, byte*, nuint, nuint*, nuint*, int>)decompress;
        IsThere = Works();
    }

    /// <summary>Whether the library is there and does what it is to do.</summary>
    public static bool IsThere { get; }

    /// <summary>Inflates a member of gzip (RFC 1952) and proves it by its checksum and length.</summary>
    /// <param name="member">The member, and nothing behind it.</param>
    /// <param name="content">Where its content goes, which must fill it.</param>
    /// <returns>Whether it is a whole and sound member of just that length of content; else what is written of the content means nothing.</returns>
    public static bool TryInflate(ReadOnlySpan<byte> member, Span<byte> content)
    {
        var decompressor = Allocate();
        if (decompressor is null)
            return false;
        try
        {
            fixed (byte* from = member, to = content)
            {
                nuint read = 0, written = 0;
                return Decompress(decompressor, from, (nuint)member.Length, to, (nuint)content.Length, &read, &written) == 0
                    && read == (nuint)member.Length && written == (nuint)content.Length;
            }
        }
        finally
        {
            Free(decompressor);
        }
    }

    // A library of another interface is found out here.
    private static bool Works()
    {
        var (content, inflated) = (new byte[200_000], new byte[200_000]);
        new Random(1).NextBytes(content.AsSpan(content.Length / 2));
        var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return TryInflate(member.ToArray(), inflated) && inflated.AsSpan().SequenceEqual(content);
    }
}
