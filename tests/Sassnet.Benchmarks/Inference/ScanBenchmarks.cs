using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Volumes;
using Sassnet.Training.Phantoms;

namespace Sassnet.Benchmarks.Inference;

/// <summary>A whole scan of 175×132×88 at 16 filters, from voxels to mask, in each mode and precision.</summary>
internal static class ScanBenchmarks
{
    private const double SpacingMm = 0.625;
    private const double WindowGoal = 5;
    private const double WholeGoal = 50;

    /// <summary>Times it.</summary>
    public static BenchmarkTable Run()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-benchmark-").FullName;
        try
        {
            var package = BenchmarkPackage.Write(folder, SpacingMm);
            var scan = PhantomGenerator.Generate(1, new PhantomOptions { Grid = new(175, 132, 88), VoxelSize = new(SpacingMm, SpacingMm, SpacingMm) }).Image;
            using var full = Segmenter.Load(package, new SegmenterOptions { Precision = Precision.Float32 }, NullLogger.Instance);
            using var half = Segmenter.Load(package, new SegmenterOptions { Precision = Precision.BFloat16 }, NullLogger.Instance);
            var whole = InterleavedTimer.Measure(
                Workload("one pass, float32", full, scan, InferenceMode.Whole),
                Workload("one pass, bfloat16", half, scan, InferenceMode.Whole));
            var windows = InterleavedTimer.Measure(
                Workload("45 windows as published, float32", full, scan, InferenceMode.Window),
                Workload("45 windows as published, bfloat16", half, scan, InferenceMode.Window));

            var table = new BenchmarkTable("One scan of 175×132×88");
            const string Reference = "reference, 45 windows, float32";
            table.AddSpeedup(windows[0], Reference, ReferenceTimings.ScanSeconds);
            table.AddSpeedup(windows[1], Reference, ReferenceTimings.ScanSeconds, WindowGoal);
            table.AddSpeedup(whole[0], Reference, ReferenceTimings.ScanSeconds);
            table.AddSpeedup(whole[1], Reference, ReferenceTimings.ScanSeconds, WholeGoal);
            return table;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Workload Workload(string name, Segmenter segmenter, Volume scan, InferenceMode mode) =>
        new(name, () => segmenter.Segment(scan, new SegmentationRequest(mode), CancellationToken.None));
}
