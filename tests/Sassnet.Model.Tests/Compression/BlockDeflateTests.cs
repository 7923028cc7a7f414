using System.IO.Compression;
using System.Runtime.InteropServices;
using Sassnet.Model.Compression;
using Xunit;

namespace Sassnet.Model.Tests.Compression;

/// <summary>Blocks of deflate by the library that is fast and by .NET's own, each of what volumes are made of.</summary>
public class BlockDeflateTests
{
    private const int Block = 512 << 10;
    private const string Needed = "needs libisal.so.2, which is not installed; apt-get install libisal2";

    private static readonly Dictionary<string, byte[]> Contents = new()
    {
        ["nothing"] = [],
        ["one byte"] = [7],
        ["zeros"] = new byte[Block],
        ["noise"] = Noise(),
        ["interpolated values"] = Bytes(i => 0.5f + (0.4f * MathF.Sin(i * i))),
        ["distances"] = Bytes(i => MathF.Sqrt((i % 232 * (i % 232)) + (i / 232 % 144))),
        ["a row again and again"] = Bytes(i => MathF.Sqrt((i % 232 * (i % 232)) + 17)),
        ["a mask"] = [.. Enumerable.Range(0, Block).Select(i => (byte)(i % 232 is > 70 and < 160 && i / 232 % 9 > 2 ? 1 : 0))],
    };

    public static TheoryData<string> Names => [.. Contents.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Blocks_stand_one_behind_the_other_whoever_made_them(string name)
    {
        var content = Contents[name];
        var (zlib, here) = (BlockDeflate.ByZlib(content), BlockDeflate.Deflate(content));
        byte[] joined = [.. zlib.Span, .. here.Span, .. zlib.Span, .. BlockDeflate.Last];
        Assert.Equal([.. content, .. content, .. content], Inflated(joined));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_fast_library_gives_back_what_it_was_given(string name)
    {
        Assert.SkipUnless(IsaDeflate.IsThere, Needed);
        var content = Contents[name];
        foreach (var level in new[] { IsaDeflate.Quick, IsaDeflate.Thorough })
            Assert.Equal(content, Inflated([.. IsaDeflate.Deflate(content, level).Span, .. BlockDeflate.Last]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_fast_library_takes_hardly_more_bytes_than_zlib(string name)
    {
        Assert.SkipUnless(IsaDeflate.IsThere, Needed);
        var content = Contents[name];
        Assert.InRange(BlockDeflate.Deflate(content).Length, 0, (1.01 * BlockDeflate.ByZlib(content).Length) + 16);
    }

    [Theory]
    [InlineData("interpolated values", IsaDeflate.Quick)]
    [InlineData("noise", IsaDeflate.Quick)]
    [InlineData("a row again and again", IsaDeflate.Thorough)]
    public void The_quick_level_is_for_what_it_makes_no_longer(string name, uint level)
    {
        Assert.SkipUnless(IsaDeflate.IsThere, Needed);
        var content = Contents[name];
        Assert.Equal(IsaDeflate.Deflate(content, level).ToArray(), BlockDeflate.Deflate(content).ToArray());
    }

    [Fact]
    public async Task Many_threads_may_use_it_at_once()
    {
        Assert.SkipUnless(IsaDeflate.IsThere, Needed);
        var contents = Contents.Values.ToList();
        var expected = contents.ConvertAll(content => IsaDeflate.Deflate(content, IsaDeflate.Thorough).ToArray());
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (number, _) =>
        {
            Assert.Equal(expected[number % contents.Count], IsaDeflate.Deflate(contents[number % contents.Count], IsaDeflate.Thorough).ToArray());
            return ValueTask.CompletedTask;
        });
    }

    private static byte[] Inflated(byte[] deflated)
    {
        var content = new MemoryStream();
        using var inflate = new DeflateStream(new MemoryStream(deflated), CompressionMode.Decompress);
        inflate.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Noise()
    {
        var noise = new byte[Block];
        new Random(5).NextBytes(noise);
        return noise;
    }

    private static byte[] Bytes(Func<int, float> value) => MemoryMarshal.AsBytes(Enumerable.Range(0, Block / 4).Select(value).ToArray().AsSpan()).ToArray();
}
