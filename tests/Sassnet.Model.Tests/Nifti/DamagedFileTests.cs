using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Nifti;

/// <summary>Random damage, the same in every run: a file is a volume or an <see cref="InvalidVolumeException"/>, and costs little.</summary>
public sealed class DamagedFileTests
{
    private const int Files = 2000;

    // Buffers and messages; a file of some 800 bytes has no claim to more, whatever its header says.
    private const long MostAllocated = 3 << 20;

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void A_damaged_file_is_a_volume_or_an_invalid_volume_and_never_a_large_allocation(int version, bool gzip)
    {
        var random = new Random(20240 + version);
        var (volumes, faults) = (0, new Dictionary<string, int>());
        for (var i = 0; i < Files; i++)
        {
            var bytes = Damaged(random, version);
            if (gzip)
                bytes = i % 2 == 0 ? NiftiBytes.Gzip(bytes) : Damage(random, NiftiBytes.Gzip(bytes));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var stream = new MemoryStream(bytes);
                var volume = VolumeFile.Read(stream, ct: TestContext.Current.CancellationToken).Volume;
                Assert.Equal(volume.Size.Count, volume.Voxels.Length);
                Assert.All(volume.Voxels, voxel => Assert.True(float.IsFinite(voxel)));
                volumes++;
            }
            catch (InvalidVolumeException fault)
            {
                faults[fault.Slug] = faults.GetValueOrDefault(fault.Slug) + 1;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        }

        // The damage is neither always fatal nor always the same.
        Assert.InRange(volumes, Files / 20, Files - (Files / 20));
        Assert.InRange(faults.Count, 6, 20);
    }

    /// <summary>A sound file of varied make with up to eight bytes changed, most of them in the header, or cut short.</summary>
    private static byte[] Damaged(Random random, int version)
    {
        short[] types = [2, 4, 8, 16, 64, 256, 512, 768, 1024, 1280];
        var bytes = new NiftiBytes
        {
            Version = version,
            BigEndian = random.Next(2) == 0,
            DataType = types[random.Next(types.Length)],
            Dim = [3, 3, 4, 5, 1, 1, 1, 1],
            Stored = [.. Enumerable.Range(0, 60).Select(_ => (double)random.Next(100))],
            Extender = [(byte)random.Next(2), 0, 0, 0],
            Extensions = NiftiBytes.Extension(),
            QformCode = random.Next(2),
            SformCode = random.Next(2),
            Slope = random.Next(3),
        }.ToBytes();
        return Damage(random, bytes);
    }

    private static byte[] Damage(Random random, byte[] bytes)
    {
        for (var changes = random.Next(9); changes > 0; changes--)
            bytes[random.Next(random.Next(4) > 0 ? Math.Min(360, bytes.Length) : bytes.Length)] = (byte)(random.Next(3) == 0 ? 0xFF : random.Next(256));
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
