using System.Diagnostics;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using static TorchSharp.torch;

namespace Sassnet.Benchmarks.Training;

/// <summary>What 500 iterations of each method leave in memory, and how long they waited for their data: crops of two sizes, so that memory is asked for in several shapes.</summary>
internal static class MemoryBenchmarks
{
    private const int Warm = 50;
    private const int Iterations = 500;
    private const double Megabyte = 1 << 20;

    /// <summary>Trains and counts.</summary>
    public static BenchmarkTable Run()
    {
        var table = new BenchmarkTable($"Memory over {Iterations} iterations");
        foreach (var method in Enum.GetValues<MethodKind>())
            Measure(method, table).GetAwaiter().GetResult();
        return table;
    }

    private static async Task Measure(MethodKind kind, BenchmarkTable table)
    {
        var options = new TrainingOptions
        {
            Method = kind,
            Preprocessing = new() { SpacingMm = [2, 2, 2] },
            Network = new() { Filters = 8, DiscriminatorFilters = 16 },
            Crops = new() { Sizes = [[32, 32, 16], [48, 32, 16]], Labelled = 2, Unlabelled = 2 },
            Augmentation = new() { Zoom = 0.2, Overhang = 0.25, Gain = 0.3, Shift = 0.3, FieldOfView = 0.15 },
            CopyPaste = new() { PretrainIterations = 20 },
        };
        using var method = TrainingMethod.Create(options, ScalarType.BFloat16);
        var (done, waited, started, asked) = (0, TimeSpan.Zero, Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        var (tensors, resident) = (0L, 0L);
        await foreach (var batches in new BatchLoader(TrainingCrops.Phantoms(options), options, Share.Whole).Load(0, Iterations, method.Precision, method.Device, threads: 1, CancellationToken.None))
        {
            waited += done > 0 ? Stopwatch.GetElapsedTime(asked) : TimeSpan.Zero;
            method.Step(batches, done++, Share.Whole);
            if (done == Warm)
                (tensors, resident) = Held();
            asked = Stopwatch.GetTimestamp();
        }

        var (tensorsAfter, residentAfter) = Held();
        var elapsed = Stopwatch.GetElapsedTime(started);
        table.AddGrowth(
            new Timing($"{kind.Name()}, an iteration", elapsed.TotalSeconds / Iterations, Iterations),
            $"after {Warm}: {tensors} tensors, {resident / Megabyte:F0} MB",
            $"after {Iterations}: {tensorsAfter} tensors, {residentAfter / Megabyte:F0} MB; waited {waited / elapsed:P2}");
    }

    private static (long Tensors, long Resident) Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (Tensor.TotalCount, process.WorkingSet64);
    }
}
