using System.Diagnostics;
using System.Globalization;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Inference;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Benchmarks.Inference;

/// <summary>A pass in slabs against one without: its time where both fit, and how much a process of its own grows, up to 60 million voxels.</summary>
internal static class SlabBenchmarks
{
    /// <summary>How a process that is measured is started; the precision and the sides follow.</summary>
    public const string MemoryArgument = "slab-memory";

    private const int Filters = 16;
    private const double Goal = 1.3;

    private static readonly ScalarType[] Types = [ScalarType.BFloat16, ScalarType.Float32];
    private static readonly GridSize Timed = new(128, 240, 240);
    private static readonly GridSize[] Sizes = [new(96, 320, 320), new(192, 320, 320), new(392, 392, 392)];

    /// <summary>Measures both.</summary>
    public static BenchmarkTable Run()
    {
        var table = new BenchmarkTable("Passes in slabs");
        foreach (var type in Types)
            Time(table, type);
        foreach (var (type, size) in Types.SelectMany(type => Sizes.Select(size => (type, size))))
            Measure(table, type, size);
        return table;
    }

    /// <summary>One pass in slabs; prints the seconds and by how many bytes the process grew over its inputs.</summary>
    public static void RunMemory(string[] pass)
    {
        var sides = pass[1..].Select(side => int.Parse(side, CultureInfo.InvariantCulture)).ToArray();
        var (size, small) = (new GridSize(sides[0], sides[1], sides[2]), new GridSize(16, 16, 16));
        using var network = Folded(Enum.Parse<ScalarType>(pass[0]));
        var voxels = Noise(size);
        WindowedInference.Whole(network, Noise(small), small, CancellationToken.None);
        var (before, started) = (OfProcess("VmRSS:"), Stopwatch.GetTimestamp());
        TiledInference.Run(network, voxels, InSlabs(size), CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalSeconds} {OfProcess("VmHWM:") - before}"));
    }

    private static void Time(BenchmarkTable table, ScalarType type)
    {
        using var network = Folded(type);
        var voxels = Noise(Timed);
        var timings = InterleavedTimer.Measure(
        [
            new Workload($"{type}, {Timed} voxels at once", () => WindowedInference.Whole(network, voxels, Timed, CancellationToken.None)),
            new Workload($"{type}, {Timed} voxels in slabs", () => TiledInference.Run(network, voxels, InSlabs(Timed), CancellationToken.None)),
        ]);
        table.Add(timings[0]);
        table.AddShare(timings[1], "at once", timings[0].MedianSeconds, Goal);
    }

    private static void Measure(BenchmarkTable table, ScalarType type, GridSize size)
    {
        string[] arguments = [typeof(SlabBenchmarks).Assembly.Location, MemoryArgument, $"{type}", $"{size.X}", $"{size.Y}", $"{size.Z}"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        process.WaitForExit();
        var estimate = ActivationMemory.OfTiles(size, InSlabs(size).Largest, Filters, type == ScalarType.Float32 ? sizeof(float) : sizeof(short));
        table.AddGrowth(new Timing($"{type}, {size} voxels in slabs", printed[0], 1), Bytes("estimate", estimate), Bytes("growth", printed[1]));

        string Bytes(string name, double bytes) =>
            string.Create(CultureInfo.InvariantCulture, $"{name} {bytes / 1e9:F2} GB, {bytes / size.Count:F1} bytes a voxel");
    }

    private static TileGrid InSlabs(GridSize size) => TileGrid.Within(size, _ => true)!;

    private static FoldedVNet Folded(ScalarType type)
    {
        manual_seed(1);
        using var network = new VNet(Filters);
        return new FoldedVNet(network, type, CPU);
    }

    private static float[] Noise(GridSize size)
    {
        var (random, voxels) = (new Random(1), new float[size.Count]);
        foreach (ref var voxel in voxels.AsSpan())
            voxel = random.NextSingle();
        return voxels;
    }

    private static long OfProcess(string key)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
    }
}
