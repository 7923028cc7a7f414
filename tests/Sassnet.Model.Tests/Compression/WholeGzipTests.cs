using Sassnet.Model.Compression;
using Sassnet.Model.Tests.Nifti;
using Xunit;

namespace Sassnet.Model.Tests.Compression;

/// <summary>Which gzip files are inflated at one go, and that every other is left to be read piece by piece.</summary>
public class WholeGzipTests
{
    private const string Needed = "needs libdeflate.so.0, which is not installed; apt-get install libdeflate0";

    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i % 251 * (i / 700)))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public void One_sound_member_gives_its_content(int length)
    {
        Skip();
        using var file = new MemoryStream(NiftiBytes.Gzip(Content[..length]));

        using var whole = WholeGzip.TryInflate(file);

        Assert.NotNull(whole);
        Assert.True(whole.Content.SequenceEqual(Content.AsSpan(0, length)));
        Assert.Equal(0, file.Position);
    }

    [Fact]
    public void What_lies_before_the_position_is_no_part_of_it()
    {
        Skip();
        using var file = new MemoryStream([.. new byte[1000], .. NiftiBytes.Gzip(Content)]) { Position = 1000 };

        using var whole = WholeGzip.TryInflate(file);

        Assert.True(whole!.Content.SequenceEqual(Content));
        Assert.Equal(1000, file.Position);
    }

    [Fact]
    public void Several_members_and_zeros_behind_one_are_not_for_it()
    {
        var member = NiftiBytes.Gzip(Content);
        AssertIsNot([.. member, .. member]);
        AssertIsNot([.. member, .. NiftiBytes.Gzip([])]);
        AssertIsNot([.. member, 0]);
        AssertIsNot([.. member, .. new byte[512]]);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_not_for_it()
    {
        var member = NiftiBytes.Gzip(Content[..500]);
        for (var length = 0; length < member.Length; length++)
            AssertIsNot(member[..length]);
    }

    [Fact]
    public void A_damaged_checksum_or_length_is_not_for_it()
    {
        for (var fromEnd = 1; fromEnd <= 8; fromEnd++)
        {
            var member = NiftiBytes.Gzip(Content);
            member[^fromEnd] ^= 1;
            AssertIsNot(member);
        }
    }

    [Fact]
    public void Content_beyond_the_most_bytes_is_not_for_it()
    {
        Skip();
        var noise = new byte[WholeGzip.MostBytes + 1];
        new Random(3).NextBytes(noise.AsSpan(0, WholeGzip.MostBytes / 8));
        using var most = new MemoryStream(NiftiBytes.Gzip(noise[..WholeGzip.MostBytes]));
        using var whole = WholeGzip.TryInflate(most);
        Assert.Equal(WholeGzip.MostBytes, whole!.Content.Length);

        AssertIsNot(NiftiBytes.Gzip(noise));
    }

    [Fact]
    public void Content_many_times_the_file_is_not_for_it() => AssertIsNot(NiftiBytes.Gzip(new byte[300_000]));

    private static void AssertIsNot(byte[] bytes)
    {
        using var file = new MemoryStream(bytes);
        Assert.Null(WholeGzip.TryInflate(file));
        Assert.Equal(0, file.Position);
    }

    private static void Skip() => Assert.SkipUnless(LibDeflate.IsThere, Needed);
}
