using Sassnet.Model.Tests.Nifti;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.VolumeFiles;

public sealed class VolumeFileTests : IDisposable
{
    private const int Voxels = 5 * 6 * 7;

    private readonly string _path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

    /// <summary>Data type, lowest and highest value that both the type and a float hold exactly.</summary>
    public static readonly (short Type, double Lowest, double Highest)[] Types =
    [
        (2, 0, 255), (256, -128, 127), (4, -32768, 32767), (512, 0, 65535), (8, int.MinValue, 1 << 30), (768, 0, 1u << 31),
        (1024, long.MinValue, 1L << 62), (1280, 0, 1UL << 63), (16, -1.5e38, float.MaxValue), (64, -1.5, 1e30f),
    ];

    public static TheoryData<short, int, bool, bool> Layouts
    {
        get
        {
            var layouts = new TheoryData<short, int, bool, bool>();
            foreach (var (type, _, _) in Types)
            {
                foreach (var version in new[] { 1, 2 })
                {
                    layouts.Add(type, version, false, false);
                    layouts.Add(type, version, true, false);
                    layouts.Add(type, version, false, true);
                    layouts.Add(type, version, true, true);
                }
            }

            return layouts;
        }
    }

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_data_type_byte_order_and_version_reads_to_the_stored_numbers(short type, int version, bool bigEndian, bool gzip)
    {
        var stored = StoredOf(type);
        var bytes = new NiftiBytes { DataType = type, Version = version, BigEndian = bigEndian, Stored = stored };

        var file = Read(gzip ? bytes.ToGzip() : bytes.ToBytes());

        Assert.Equal(stored.Select(number => (float)number), file.Volume.Voxels);
        Assert.Equal(version, file.Geometry.NiftiVersion);
        Assert.Empty(file.Warnings);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Scaling_is_rounded_once_from_the_exact_value(short type, int version, bool bigEndian, bool gzip)
    {
        const double Slope = 0.1f, Intercept = -3.3f;
        var stored = StoredOf(type);
        var bytes = new NiftiBytes { DataType = type, Version = version, BigEndian = bigEndian, Stored = stored, Slope = Slope, Intercept = Intercept };

        var file = Read(gzip ? bytes.ToGzip() : bytes.ToBytes());

        Assert.Equal(stored.Select(number => (float)((number * Slope) + Intercept)), file.Volume.Voxels);
    }

    [Fact]
    public void Scaling_beyond_single_precision_is_done_in_double()
    {
        // In single precision the slope would be 1 and the difference nothing.
        const double Slope = 1 + 1e-9;
        var stored = Enumerable.Repeat(30_000d, Voxels).ToArray();

        var file = Read(new NiftiBytes { Version = 2, Slope = Slope, Intercept = -30_000, Stored = stored }.ToBytes());

        Assert.All(file.Volume.Voxels, voxel => Assert.Equal(3e-5, voxel, 1e-9));
    }

    [Fact]
    public void Volumes_larger_than_a_chunk_and_of_odd_length_read_whole()
    {
        var size = new GridSize(131, 67, 43);
        var stored = Enumerable.Range(0, (int)size.Count).Select(i => (double)((i * 7919L % 65521) - 32768)).ToArray();
        foreach (var type in new short[] { 4, 16 })
        {
            foreach (var bigEndian in new[] { false, true })
            {
                var bytes = new NiftiBytes { Dim = [3, size.X, size.Y, size.Z, 1, 1, 1, 1], DataType = type, BigEndian = bigEndian, Stored = stored };

                Assert.Equal(stored.Select(number => (float)number), Read(bytes.ToGzip()).Volume.Voxels);
                Assert.Equal(stored.Select(number => (float)number), Read(bytes.ToBytes()).Volume.Voxels);
            }
        }
    }

    [Fact]
    public void Bytes_behind_the_voxels_do_not_matter()
    {
        byte[] bytes = [.. new NiftiBytes().ToBytes(), 1, 2, 3];

        Assert.Equal(Read(new NiftiBytes().ToBytes()).Volume.Voxels, Read(bytes).Volume.Voxels);
        Assert.Equal(Read(new NiftiBytes().ToBytes()).Volume.Voxels, Read(NiftiBytes.Gzip(bytes)).Volume.Voxels);
    }

    [Theory]
    [InlineData("a zip file", 0)]
    [InlineData("a DICOM file", 128)]
    public void Dicom_is_recognised_and_left_to_the_reader_of_series(string name, int magicAt)
    {
        var bytes = new byte[500];
        (magicAt == 0 ? "PK\u0003\u0004"u8 : "DICM"u8).CopyTo(bytes.AsSpan(magicAt));

        var fault = Assert.Throws<InvalidVolumeException>(() => Read(bytes));

        Assert.Equal((InvalidVolumeKind.Unsupported, "not-a-volume"), (fault.Kind, fault.Slug));
        Assert.Contains(name, fault.Message);
        Assert.Contains("read as a series", fault.Message);
    }

    [Fact]
    public void Other_files_are_refused_by_what_is_accepted()
    {
        var fault = Assert.Throws<InvalidVolumeException>(() => Read([.. Enumerable.Repeat((byte)'x', 5000)]));

        Assert.Equal((InvalidVolumeKind.Unsupported, "not-a-volume"), (fault.Kind, fault.Slug));
        Assert.Contains(".nii.gz", fault.Message);
    }

    [Fact]
    public void Limits_given_are_the_limits_kept()
    {
        var limits = new VolumeLimits { MaxVoxels = Voxels - 1 };

        Assert.Equal("volume-too-large", Assert.Throws<InvalidVolumeException>(() => Read(new NiftiBytes().ToBytes(), limits)).Slug);
        Assert.NotNull(Read(new NiftiBytes().ToBytes(), new VolumeLimits { MaxVoxels = Voxels }));

        var bytes = new NiftiBytes().ToBytes();
        var tight = new VolumeLimits { MaxDecompressedBytes = bytes.Length - 1 };
        Assert.Equal("decompression-limit", Assert.Throws<InvalidVolumeException>(() => Read(NiftiBytes.Gzip(bytes), tight)).Slug);
        Assert.NotNull(Read(NiftiBytes.Gzip(bytes), new VolumeLimits { MaxDecompressedBytes = bytes.Length }));
    }

    [Fact]
    public void Cancellation_stops_the_reading()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => Read(new NiftiBytes().ToBytes(), ct: cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => Read(new NiftiBytes().ToGzip(), ct: cancelled.Token));
    }

    private static double[] StoredOf(short type)
    {
        var (_, lowest, highest) = Types.Single(known => known.Type == type);
        var small = type is 2 or 512 or 768 or 1280 ? 0 : -60;
        return [lowest, highest, .. Enumerable.Range(0, Voxels - 2).Select(i => (double)(small + (i % 120)))];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancellation_stops_the_walk_over_what_stands_before_the_voxels(bool isExtension)
    {
        byte[] gap = isExtension ? NiftiBytes.Extension(contentLength: (8 << 20) - 8) : new byte[8 << 20];
        using var cancelling = new CancellationTokenSource();
        using var stream = new CancellingStream(new NiftiBytes { Extender = [(byte)(isExtension ? 1 : 0), 0, 0, 0], Extensions = gap }.ToBytes(), cancelling);

        Assert.Throws<OperationCanceledException>(() => VolumeFile.Read(stream, ct: cancelling.Token));

        Assert.InRange(stream.Position, 1 << 20, 2 << 20);
    }

    private VolumeFile Read(byte[] bytes, VolumeLimits? limits = null, CancellationToken? ct = null)
    {
        File.WriteAllBytes(_path, bytes);
        return VolumeFile.Read(_path, limits, ct ?? TestContext.Current.CancellationToken);
    }

    /// <summary>A file whose reading is cancelled when a mebibyte of it was read.</summary>
    private sealed class CancellingStream(byte[] content, CancellationTokenSource cancelling) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer)
        {
            var count = base.Read(buffer);
            if (Position >= 1 << 20)
                cancelling.Cancel();
            return count;
        }
    }
}
