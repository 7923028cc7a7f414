using Sassnet.Benchmarks.Dicom;
using Sassnet.Benchmarks.Inference;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Benchmarks.Morphology;
using Sassnet.Benchmarks.Networks;
using Sassnet.Benchmarks.Preprocessing;
using Sassnet.Benchmarks.Service;
using Sassnet.Benchmarks.Training;
using Sassnet.Benchmarks.Volumes;
using Sassnet.Model.Native;

// A small runner instead of BenchmarkDotNet: work that takes seconds in native threads gains nothing from its per-process isolation, and
// comparisons have to alternate within one process to be fair on a machine whose speed drifts.
TorchRuntime.Load();
if (args is [ExchangeBenchmarks.RankArgument])
{
    ExchangeBenchmarks.RunRank();
    return 0;
}

if (args is [SlabBenchmarks.MemoryArgument, .. var pass])
{
    SlabBenchmarks.RunMemory(pass);
    return 0;
}

var suites = new Dictionary<string, Func<BenchmarkTable>>
{
    ["distance"] = DistanceBenchmarks.Run,
    ["components"] = ComponentsBenchmarks.Run,
    ["nifti"] = NiftiReadBenchmarks.Run,
    ["dicom"] = DicomReadBenchmarks.Run,
    ["grid"] = GridBenchmarks.Run,
    ["window"] = WindowBenchmarks.Run,
    ["scan"] = ScanBenchmarks.Run,
    ["halo"] = TileBenchmarks.RunHalos,
    ["tiles"] = TileBenchmarks.RunSizes,
    ["slabs"] = SlabBenchmarks.Run,
    ["step"] = StepBenchmarks.Run,
    ["memory"] = MemoryBenchmarks.Run,
    ["exchange"] = ExchangeBenchmarks.Run,
    ["throughput"] = ThroughputBenchmarks.Run,
    ["around"] = AroundBenchmarks.Run,
};

var unknown = args.Where(name => !suites.ContainsKey(name)).ToList();
if (unknown.Count > 0)
{
    await Console.Error.WriteLineAsync($"Unknown: {string.Join(", ", unknown)}. Name any of {string.Join(", ", suites.Keys)}; none means all.");
    return 1;
}

Console.WriteLine(Machine.Describe());
foreach (var (_, run) in suites.Where(suite => args.Length == 0 || args.Contains(suite.Key)))
{
    Console.WriteLine();
    run().Write(Console.Out);
}

return 0;
