using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Morphology;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using static TorchSharp.torch;

namespace Sassnet.Benchmarks.Training;

/// <summary>
/// An iteration of SASSNet in the paper's setting, batch 4 of 112×112×80 at 16 filters: bfloat16 against float32, and what making its data costs
/// against the step that it is made beside.
/// </summary>
internal static class StepBenchmarks
{
    private const double PrecisionGoal = 1.8;
    private const double TargetsGoal = 0.03;

    /// <summary>Times it.</summary>
    public static BenchmarkTable Run()
    {
        var options = new TrainingOptions { Preprocessing = new() { SpacingMm = [1, 1, 1] } };
        var loader = new BatchLoader(TrainingCrops.Phantoms(options), options, Share.Whole);
        var batch = loader.Make(0);
        byte[][] masks = [.. batch.Masks.Select(mask => Array.ConvertAll(mask, label => (byte)label))];
        using var full = TrainingMethod.Create(options, ScalarType.Float32);
        using var half = TrainingMethod.Create(options, ScalarType.BFloat16);
        var timings = InterleavedTimer.Measure(
            new Workload("iteration, batch 4 of 112×112×80, float32", () => full.Step(batch, 0)),
            new Workload("iteration, batch 4 of 112×112×80, bfloat16", () => half.Step(batch, 0)),
            new Workload("its signed distance maps, one thread", () => MakeTargets(masks, batch)),
            new Workload("its whole batch, beside the step", () => loader.Make(1)));

        var table = new BenchmarkTable("One training iteration");
        table.Add(timings[0]);
        table.AddSpeedup(timings[1], "the same in float32", timings[0].MedianSeconds, PrecisionGoal);
        table.AddShare(timings[2], "the iteration in bfloat16", timings[1].MedianSeconds, TargetsGoal);
        table.AddShare(timings[3], "the iteration in bfloat16", timings[1].MedianSeconds);
        return table;
    }

    private static void MakeTargets(byte[][] masks, Batch batch)
    {
        foreach (var mask in masks)
            SignedDistanceMap.Normalised(mask, batch.Size, maxDegreeOfParallelism: 1);
    }
}
