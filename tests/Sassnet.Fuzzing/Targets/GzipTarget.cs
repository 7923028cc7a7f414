using System.IO.Compression;
using Sassnet.Model.Compression;
using Sassnet.Model.Tests.Nifti;

namespace Sassnet.Fuzzing.Targets;

/// <summary>
/// Gzip streams to their end. What is taken as whole is what .NET's own reader makes of it, where that reads it too: bytes between a member's data and its
/// checksum are passed over here, since the data is proven by a checksum and a length wherever these stand.
/// </summary>
internal static class GzipTarget
{
    public static FuzzTarget Target { get; } = new(Read, Seeds, [[0x1F, 0x8B, 8, 0], [0x1F, 0x8B, 8, 0xFF], new byte[8], [3, 0], [1, 0, 0, 0xFF, 0xFF]]);

    private static void Read(byte[] bytes)
    {
        var source = new MemoryStream(bytes);
        if (!CheckedGzipStream.IsGzip(source))
            return;
        using var content = new CheckedGzipStream(source, FuzzTarget.Limits, default);
        var taken = new MemoryStream();
        content.CopyTo(taken);
        if (Expected(bytes) is { } expected)
            FindingException.ThrowUnless(taken.ToArray().AsSpan().SequenceEqual(expected), $"{taken.Length} bytes, where .NET reads {expected.Length}");
    }

    private static byte[]? Expected(byte[] bytes)
    {
        try
        {
            using var other = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            var expected = new MemoryStream();
            other.CopyTo(expected);
            return expected.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static IEnumerable<byte[]> Seeds()
    {
        byte[][] contents = [[], "a volume"u8.ToArray(), new byte[1000], [.. Enumerable.Range(0, 600).Select(i => (byte)(i * i))]];
        foreach (var content in contents)
        {
            var member = NiftiBytes.Gzip(content);
            yield return member;
            yield return [.. member, .. new byte[40]];
            yield return [.. member, .. NiftiBytes.Gzip(contents[1]), .. member];
            yield return WithNames(member);
            yield return member[..^3];
        }
    }

    /// <summary>With every optional field of the header (RFC 1952, 2.3): extra bytes, a name, a comment and its checksum.</summary>
    private static byte[] WithNames(byte[] member) => [.. member[..3], 0x1E, .. member[4..10], 3, 0, 1, 2, 3, (byte)'n', 0, (byte)'c', 0, 9, 9, .. member[10..]];
}
