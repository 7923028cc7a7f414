using System.Diagnostics;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Random damage, the same in every run: files are a volume or an <see cref="InvalidVolumeException"/>, and cost little. SASSNET_FUZZ_FILES and SASSNET_FUZZ_SEED make it a longer search.</summary>
public sealed class DamagedDicomTests
{
    private const int DefaultFiles = 5000;
    private const int FilesInSeries = 2;
    private const long MostAllocated = 256L << 20;
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(5);

    private static readonly string[] Encodings = [DicomBytes.Implicit, DicomBytes.Explicit, DicomBytes.BigEndian, DicomBytes.Deflated];

    [Fact]
    public void Damaged_files_are_a_volume_or_an_invalid_volume_soon_and_without_large_allocations()
    {
        var files = Setting("SASSNET_FUZZ_FILES", DefaultFiles);
        var random = new Random(Setting("SASSNET_FUZZ_SEED", 4));
        var (volumes, faults) = (0, new Dictionary<string, int>());
        for (var i = 0; i < files; i += FilesInSeries)
        {
            using var folder = new DicomFolder(Enumerable.Range(0, FilesInSeries).Select(slice => Damage(random, Sound(random, slice))));
            var started = Stopwatch.GetTimestamp();
            var before = GC.GetTotalAllocatedBytes();
            try
            {
                var volume = folder.Read().Volume;
                Assert.Equal(volume.Size.Count, volume.Voxels.Length);
                Assert.All(volume.Voxels, voxel => Assert.True(float.IsFinite(voxel)));
                volumes++;
            }
            catch (InvalidVolumeException fault)
            {
                faults[fault.Slug] = faults.GetValueOrDefault(fault.Slug) + 1;
            }

            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MostAllocated);
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, LongestRead);
        }

        // The damage is neither always fatal nor always the same.
        Assert.InRange(volumes, 1, files / FilesInSeries);
        Assert.True(faults.Count >= 8, string.Join(", ", faults));
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;

    /// <summary>A sound file of varied make: an encoding, lengths or delimiters, classic or enhanced, plain or run lengths.</summary>
    private static byte[] Sound(Random random, int slice)
    {
        var scan = DicomScan.Of(Encodings[random.Next(Encodings.Length)], random.Next(2) == 0);
        return random.Next(4) switch
        {
            0 => scan.Enhanced(0, 1, 2).ToBytes(),
            1 => DicomScan.Of(DicomBytes.Rle, random.Next(2) == 0).Slice(slice).Fragments([], RunLengths.Encode(scan.Frame(slice))).ToBytes(),
            _ => scan.Slice(slice).ToBytes(),
        };
    }

    /// <summary>Changes up to eight bytes behind the preamble, most of them to extremes, or cuts, or repeats a piece.</summary>
    private static byte[] Damage(Random random, byte[] bytes)
    {
        for (var changes = random.Next(5); changes > 0; changes--)
            bytes[random.Next(128, bytes.Length)] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
        var (from, to) = (random.Next(132, bytes.Length), random.Next(132, bytes.Length));
        return random.Next(16) switch
        {
            0 => bytes[..from],
            1 => [.. bytes[..Math.Max(from, to)], .. bytes[Math.Min(from, to)..]],
            2 => [.. bytes[..Math.Min(from, to)], .. bytes[Math.Max(from, to)..]],
            _ => bytes,
        };
    }
}
