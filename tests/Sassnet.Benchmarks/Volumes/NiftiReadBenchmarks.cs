using System.IO.Compression;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;

namespace Sassnet.Benchmarks.Volumes;

/// <summary>Reading a large compressed scan, against nothing but inflating the same file.</summary>
internal static class NiftiReadBenchmarks
{
    /// <summary>Times it.</summary>
    public static BenchmarkTable Run()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-benchmark-").FullName;
        try
        {
            var path = Path.Combine(folder, "scan.nii.gz");
            BenchmarkScan.Write(path, new GridSize(576, 576, 88), new VoxelSize(0.625, 0.625, 1.25));
            var timings = InterleavedTimer.Measure(
                new Workload("read 576×576×88 int16 .nii.gz to float32", () => VolumeFile.Read(path)),
                new Workload("inflate the same file", () => Inflate(path)));

            var table = new BenchmarkTable("NIfTI");
            table.AddSpeedup(timings[0], "zlib alone", timings[1].MedianSeconds);
            return table;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Inflate(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var buffer = new byte[1 << 17];
        while (gzip.Read(buffer) > 0)
        {
        }
    }
}
