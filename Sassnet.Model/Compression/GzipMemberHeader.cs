namespace Sassnet.Model.Compression;

/// <summary>The header of a gzip member (RFC 1952, section 2.3), of which nothing is kept: it may name the file.</summary>
internal static class GzipMemberHeader
{
    private const byte Deflate = 8;
    private const int HeaderChecksum = 2;
    private const int Extra = 4;
    private const int Name = 8;
    private const int Comment = 16;
    private const int Reserved = 0xE0;

    /// <summary>Moves the stream from a member's first byte to its compressed data.</summary>
    /// <param name="stream">The compressed file, seekable.</param>
    /// <param name="corrupt">Makes the exception for a reason.</param>
    public static void Skip(Stream stream, Func<string, Exception> corrupt)
    {
        Span<byte> header = stackalloc byte[10];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            throw corrupt("it ends inside a member's header");
        if (header[2] != Deflate)
            throw corrupt($"its compression method is {header[2]}; only deflate ({Deflate}) is accepted");

        var flags = header[3];
        if ((flags & Reserved) != 0)
            throw corrupt($"its flags are 0x{flags:X2}; the upper three bits are reserved");

        if ((flags & Extra) != 0)
            SkipBytes(Next() | (Next() << 8));
        if ((flags & Name) != 0)
            SkipText();
        if ((flags & Comment) != 0)
            SkipText();
        if ((flags & HeaderChecksum) != 0)
            SkipBytes(2);

        int Next()
        {
            var value = stream.ReadByte();
            return value >= 0 ? value : throw corrupt("it ends inside a member's header");
        }

        void SkipBytes(int count)
        {
            for (var i = 0; i < count; i++)
                Next();
        }

        void SkipText()
        {
            while (Next() != 0)
            {
            }
        }
    }
}
