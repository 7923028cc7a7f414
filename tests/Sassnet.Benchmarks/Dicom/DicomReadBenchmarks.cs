using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Tests.Dicom;

namespace Sassnet.Benchmarks.Dicom;

/// <summary>Reading a large series, against nothing but reading its bytes, and a compressed one against its decoder alone.</summary>
internal static class DicomReadBenchmarks
{
    private const int Slices = 300;
    private const int Edge = 512;
    private const double MostTimesReading = 1.5;
    private const double MostTimesDecoder = 1.3;
    private const string Compressor = "/usr/bin/dcmcjpeg";
    private const string Decompressor = "/usr/bin/dcmdjpeg";

    /// <summary>Times it.</summary>
    public static BenchmarkTable Run()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-benchmark-").FullName;
        try
        {
            var table = new BenchmarkTable("DICOM");
            AddUncompressed(table, folder);
            if (File.Exists(Compressor) && File.Exists(Decompressor))
                AddCompressed(table, folder);
            return table;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AddUncompressed(BenchmarkTable table, string folder)
    {
        var paths = new List<string>();
        foreach (var file in Scan().Classic())
        {
            paths.Add(Path.Combine(folder, $"{paths.Count}"));
            File.WriteAllBytes(paths[^1], file);
        }

        var timings = InterleavedTimer.Measure(
            new Workload("read 300 slices of 512×512, int16, from disk to float32", () => ReadFromDisk(paths, () => Read(paths, folder))),
            new Workload("read their bytes from disk", () => ReadFromDisk(paths, () => paths.ForEach(path => File.ReadAllBytes(path)))),
            new Workload("the same from the page cache", () => Read(paths, folder)),
            new Workload("read their bytes from the page cache", () => paths.ForEach(path => File.ReadAllBytes(path))));
        table.AddSpeedup(timings[0], "reading the bytes", timings[1].MedianSeconds, 1 / MostTimesReading);
        table.AddSpeedup(timings[2], "reading the bytes", timings[3].MedianSeconds);
    }

    private static void ReadFromDisk(List<string> paths, Action read)
    {
        paths.ForEach(PageCache.Forget);
        read();
    }

    private static void AddCompressed(BenchmarkTable table, string folder)
    {
        var (plain, coded) = (Path.Combine(folder, "plain"), Path.Combine(folder, "coded"));
        File.WriteAllBytes(plain, Scan().Enhanced([.. Enumerable.Range(0, Slices)]).ToBytes());
        Start(Compressor, "+e1", plain, coded);
        var timings = InterleavedTimer.Measure(
            new Workload("read the same in JPEG lossless, enhanced", () => Read([coded], folder)),
            new Workload("dcmdjpeg alone", () => Start(Decompressor, coded, plain)));
        table.AddSpeedup(timings[0], "the decoder alone", timings[1].MedianSeconds, 1 / MostTimesDecoder);
    }

    private static void Read(IReadOnlyList<string> paths, string folder)
    {
        var scratch = Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName;
        DicomSeries.Read(SeriesFiles.Of(paths).Files, null, scratch, new PixelDecoder(new PixelDecoderOptions { TimeLimit = TimeSpan.FromMinutes(10) }, NullLogger.Instance));
        Directory.Delete(scratch, recursive: true);
    }

    private static void Start(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }

    /// <summary>Smooth, with noise in the lowest bits, as scans are.</summary>
    private static DicomScan Scan() => new()
    {
        Columns = Edge,
        Rows = Edge,
        Slices = Slices,
        Value = (column, row, slice) => (short)(800 + (300 * Math.Sin(column * 0.02) * Math.Cos(row * 0.03)) + slice + ((((column * 7919) + (row * 104729) + (slice * 1299709)) >> 3) & 31)),
    };
}
