using System.IO.Compression;
using Sassnet.Model.Compression;
using Sassnet.Model.Tests.Nifti;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Compression;

public sealed class GzipTests
{
    private static readonly byte[] Plain = new NiftiBytes().ToBytes();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Several_members_are_one_content(int members)
    {
        var part = (Plain.Length / members) + 1;
        byte[] compressed = [.. Plain.Chunk(part).SelectMany(NiftiBytes.Gzip)];

        Assert.Equal(Expected(), Read(compressed));
    }

    [Fact]
    public void An_empty_member_at_the_end_is_sound()
    {
        byte[] compressed = [.. NiftiBytes.Gzip(Plain), .. NiftiBytes.Gzip([])];

        Assert.Equal(Expected(), Read(compressed));
    }

    [Fact]
    public void A_damaged_later_member_is_corrupt()
    {
        var second = NiftiBytes.Gzip(Plain[500..]);
        second[^6] ^= 1;

        Assert.Equal("corrupt-gzip", Slug([.. NiftiBytes.Gzip(Plain[..500]), .. second]));
        Assert.Equal("corrupt-gzip", Slug([.. NiftiBytes.Gzip(Plain), .. second[..3]]));
    }

    [Fact]
    public void Damage_behind_the_voxels_is_found_too()
    {
        byte[] longer = [.. Plain, .. new byte[300_000]];
        var compressed = NiftiBytes.Gzip(longer);
        compressed[^7] ^= 1;

        Assert.Equal("corrupt-gzip", Slug(compressed));
    }

    [Fact]
    public void Zeros_behind_an_empty_member_are_read_a_few_times_and_not_once_for_each_of_them()
    {
        using var file = new CountedStream([.. NiftiBytes.Gzip([]), .. new byte[1 << 20], 1]);

        var fault = Assert.Throws<InvalidVolumeException>(() => VolumeFile.Read(file, ct: TestContext.Current.CancellationToken));

        Assert.Equal("corrupt-gzip", fault.Slug);
        Assert.InRange(file.BytesRead, file.Length, 3 * file.Length);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1000, null)]
    [InlineData(1000, "bytes follow its end")]
    public void Members_full_of_their_own_trailers_are_read_a_few_times_and_not_once_for_each_of_them(int zeros, string? fault)
    {
        // Trailers are looked for among the last 256 KiB: each of these has 30,000 there that are not its own.
        var content = TrailerContent.Of(30_000, checksum: 0x5A17C0DE);
        var member = TrailerContent.Stored(content);
        Assert.Equal(content[..8], member[^8..]);
        using var file = new CountedStream([.. Enumerable.Repeat(member, 8).SelectMany(each => each), .. new byte[zeros], .. fault is null ? (byte[])[] : [1]]);
        using var inflated = new MemoryStream();

        using var gzip = new CheckedGzipStream(file, VolumeLimits.Default, TestContext.Current.CancellationToken);
        if (fault is null)
            gzip.CopyTo(inflated);
        else
            Assert.Contains(fault, Assert.Throws<InvalidVolumeException>(() => gzip.CopyTo(inflated)).Message, StringComparison.Ordinal);

        Assert.True(Enumerable.Repeat(content, 8).SelectMany(each => each).SequenceEqual(inflated.ToArray()));
        Assert.InRange(file.BytesRead, file.Length, 4 * file.Length);
    }

    [Fact]
    public void Every_optional_header_field_is_skipped()
    {
        var plain = NiftiBytes.Gzip(Plain);
        byte[] compressed =
        [
            0x1F, 0x8B, 8, 0b0001_1111, 0, 0, 0, 0, 0, 3,
            5, 0, 1, 2, 3, 4, 5, // extra field
            .. "name\0"u8, .. "comment\0"u8,
            0, 0, // header checksum
            .. plain[10..],
        ];

        Assert.Equal(Expected(), Read(compressed));
        Assert.Equal("corrupt-gzip", Slug(compressed[..20]));
    }

    [Fact]
    public void Reserved_flags_are_corrupt()
    {
        var compressed = NiftiBytes.Gzip(Plain);
        compressed[3] = 0x20;

        Assert.Equal("corrupt-gzip", Slug(compressed));
    }

    [Fact]
    public void Every_length_short_of_the_whole_is_corrupt()
    {
        var compressed = NiftiBytes.Gzip(Plain);
        for (var length = 3; length < compressed.Length; length++)
            Assert.Equal("corrupt-gzip", Slug(compressed[..length]));
    }

    [Fact]
    public void Content_that_would_be_a_bomb_is_sound_below_64_mebibytes()
    {
        // A mask of 256x256x255 voxels in 32 bits, all background: 64 MiB less one slice from about 65 kB.
        var bytes = new NiftiBytes { Dim = [3, 256, 256, 255, 1, 1, 1, 1], DataType = 16 }.ToBytes();
        var compressed = NiftiBytes.GzipBomb(bytes, 256L * 256 * 255 * 4);

        Assert.True(compressed.Length < 100_000);
        Assert.Equal(256 * 256 * 255, Read(compressed).Length);
    }

    [Fact]
    public void A_scan_may_begin_with_more_zeros_than_a_bomb()
    {
        // 66 MiB of zeros, of which gzip makes 70 kB, and then a mebibyte of noise.
        const int Zeros = 512 * 512 * 132;
        const int Noise = 512 * 512 * 2;
        var random = new Random(8);
        var noise = new byte[Noise * 2];
        random.NextBytes(noise);
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(new NiftiBytes { Dim = [3, 512, 512, 134, 1, 1, 1, 1] }.HeaderOnly());
            gzip.Write(new byte[Zeros * 2]);
            gzip.Write(noise);
        }

        var voxels = Read(compressed.ToArray());

        Assert.Equal(Zeros + Noise, voxels.Length);
        Assert.Equal(BitConverter.ToInt16(noise), voxels[Zeros]);
    }

    [Fact]
    public void Stored_and_best_compression_read_alike()
    {
        foreach (var level in new[] { CompressionLevel.NoCompression, CompressionLevel.SmallestSize })
        {
            using var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, level, leaveOpen: true))
                gzip.Write(Plain);
            Assert.Equal(Expected(), Read(compressed.ToArray()));
        }
    }

    private static float[] Expected() => Read(Plain);

    private static float[] Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return VolumeFile.Read(stream, ct: TestContext.Current.CancellationToken).Volume.Voxels;
    }

    private static string Slug(byte[] bytes) => Assert.Throws<InvalidVolumeException>(() => Read(bytes)).Slug;

    private sealed class CountedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long BytesRead { get; private set; }

        // The base class reads into spans by this.
        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, count);
            BytesRead += read;
            return read;
        }
    }
}
