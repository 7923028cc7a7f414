using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Nifti;

/// <summary>What reading allocates: the float volume, and buffers of fixed size.</summary>
public sealed class MemoryTests
{
    private const int Edge = 160;
    private const long Buffers = 3 << 20;

    [Theory]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(16, false)]
    [InlineData(16, true)]
    [InlineData(64, true)]
    public void Reading_allocates_the_float_volume_and_little_else(short type, bool gzip)
    {
        var sound = new NiftiBytes { Dim = [3, Edge, Edge, Edge, 1, 1, 1, 1], DataType = type };
        var bytes = sound.HeaderOnly().Concat(new byte[(long)Edge * Edge * Edge * (type == 4 ? 2 : type == 16 ? 4 : 8)]).ToArray();
        if (gzip)
            bytes = NiftiBytes.Gzip(bytes);
        using var stream = new MemoryStream(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var file = VolumeFile.Read(stream, ct: TestContext.Current.CancellationToken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, file.Volume.Size.Count * 4, (file.Volume.Size.Count * 4) + Buffers);
    }

    [Fact]
    public void A_header_that_declares_more_than_the_file_can_hold_costs_no_volume()
    {
        // 512 MiB as floats, from a file of a few hundred bytes.
        var bytes = new NiftiBytes { Dim = [3, 512, 512, 512, 1, 1, 1, 1], DataType = 2 }.HeaderOnly();
        foreach (var content in new[] { bytes, NiftiBytes.Gzip(bytes) })
        {
            using var stream = new MemoryStream(content);

            var before = GC.GetAllocatedBytesForCurrentThread();
            var fault = Assert.Throws<InvalidVolumeException>(() => VolumeFile.Read(stream, ct: TestContext.Current.CancellationToken));

            Assert.Equal("truncated", fault.Slug);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Buffers);
        }
    }
}
