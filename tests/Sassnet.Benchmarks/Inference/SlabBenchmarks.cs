using System.Diagnostics;
using System.Globalization;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using static TorchSharp.torch;

namespace Sassnet.Benchmarks.Inference;

/// <summary>A pass in slabs against all at once: its time in one process, and then in processes of their own, up to 60 million voxels, which tell how much they grow.</summary>
internal static class SlabBenchmarks
{
    /// <summary>How a process that is measured is started; whether in slabs, the precision and the sides follow.</summary>
    public const string MemoryArgument = "slab-memory";

    private const int Filters = 16;
    private const int Rounds = 2;
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

    /// <summary>One pass; prints the seconds and by how many bytes the process grew over its inputs.</summary>
    public static void RunMemory(string[] pass)
    {
        var (isInSlabs, type) = (bool.Parse(pass[0]), Enum.Parse<ScalarType>(pass[1]));
        var sides = pass[2..].Select(side => int.Parse(side, CultureInfo.InvariantCulture)).ToArray();
        var (size, small, seconds) = (new GridSize(sides[0], sides[1], sides[2]), new GridSize(16, 16, 16), 0.0);
        using var network = Folded(type);
        var voxels = Noise(size);
        TiledInference.Run(network, Noise(small), TileGrid.OnePass(small), CancellationToken.None);
        var growth = ProcessMemory.GrowthDuring(() =>
        {
            var started = Stopwatch.GetTimestamp();
            if (isInSlabs)
                TiledInference.Run(network, voxels, InSlabs(size), CancellationToken.None);
            else
                TiledInference.Run(network, voxels, TileGrid.OnePass(size), CancellationToken.None);
            seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds} {growth}"));
    }

    private static void Time(BenchmarkTable table, ScalarType type)
    {
        using var network = Folded(type);
        var voxels = Noise(Timed);
        var timings = InterleavedTimer.Measure(
        [
            new Workload($"{type}, {Timed} voxels at once", () => TiledInference.Run(network, voxels, TileGrid.OnePass(Timed), CancellationToken.None)),
            new Workload($"{type}, {Timed} voxels in slabs", () => TiledInference.Run(network, voxels, InSlabs(Timed), CancellationToken.None)),
        ]);
        table.Add(timings[0]);
        table.AddShare(timings[1], "at once", timings[0].MedianSeconds, Goal);
    }

    private static void Measure(BenchmarkTable table, ScalarType type, GridSize size)
    {
        var bytes = type == ScalarType.Float32 ? sizeof(float) : sizeof(short);
        var estimate = ActivationMemory.OfOnePass(TileGrid.OnePass(size).Largest, Filters, bytes);
        var isHeldAtOnce = estimate <= new SegmenterOptions().WholeMemoryBytes;
        var (atOnce, inSlabs) = (new List<(double Seconds, double Growth)>(), new List<(double Seconds, double Growth)>());
        for (var round = 0; round < Rounds; round++)
        {
            if (isHeldAtOnce)
                atOnce.Add(InProcess(isInSlabs: false, type, size));
            inSlabs.Add(InProcess(isInSlabs: true, type, size));
        }

        var slabs = Median("in slabs", inSlabs);
        if (atOnce.Count > 0)
        {
            var once = Median("at once", atOnce);
            AddGrowth(once, estimate, atOnce);
            table.AddShare(slabs, "at once", once.MedianSeconds, Goal);
        }

        AddGrowth(slabs, ActivationMemory.OfTiles(size, InSlabs(size).Largest, Filters, bytes), inSlabs);

        Timing Median(string way, List<(double Seconds, double Growth)> passes) =>
            new($"{type}, {size} voxels {way}, cold", InterleavedTimer.Median([.. passes.Select(pass => pass.Seconds)]), passes.Count);

        void AddGrowth(Timing timing, long estimated, IEnumerable<(double Seconds, double Growth)> passes)
        {
            var growth = Bytes("growth", passes.Max(pass => pass.Growth));
            var pace = string.Create(CultureInfo.InvariantCulture, $"{timing.MedianSeconds / size.Count * 1e6:F3} s a million voxels");
            table.AddGrowth(timing, Bytes("estimate", estimated), $"{growth}; {pace}");
        }

        string Bytes(string name, double count) =>
            string.Create(CultureInfo.InvariantCulture, $"{name} {count / 1e9:F2} GB, {count / size.Count:F1} bytes a voxel");
    }

    private static (double Seconds, double Growth) InProcess(bool isInSlabs, ScalarType type, GridSize size)
    {
        string[] arguments = [typeof(SlabBenchmarks).Assembly.Location, MemoryArgument, $"{isInSlabs}", $"{type}", $"{size.X}", $"{size.Y}", $"{size.Z}"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        process.WaitForExit();
        return (printed[0], printed[1]);
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
}
