using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;

namespace Sassnet.Benchmarks.Morphology;

/// <summary>The exact distance transform, and the signed distance maps a training step needs.</summary>
internal static class DistanceBenchmarks
{
    private const double TargetsGoal = 8;

    /// <summary>Times them.</summary>
    public static BenchmarkTable Run()
    {
        var crops = new[] { BenchmarkMasks.CropMask(1), BenchmarkMasks.CropMask(2) };
        var large = BenchmarkMasks.LargeMask(3);
        var anisotropic = new VoxelSize(0.625, 0.625, 1.25);
        var timings = InterleavedTimer.Measure(
            new Workload("signed distance maps of two 112×112×80 crops", () =>
            {
                foreach (var crop in crops)
                    SignedDistanceMap.Normalised(crop, BenchmarkMasks.Crop);
            }),
            new Workload("distance transform, 112×112×80", () => EuclideanDistanceTransform.ToForeground(crops[0], BenchmarkMasks.Crop, VoxelSize.Unit)),
            new Workload("distance transform, 112×112×80, one thread", () => EuclideanDistanceTransform.ToForeground(crops[0], BenchmarkMasks.Crop, VoxelSize.Unit, 1)),
            new Workload("distance transform, 112×112×80, anisotropic", () => EuclideanDistanceTransform.ToForeground(crops[0], BenchmarkMasks.Crop, anisotropic)));
        var largeTimings = InterleavedTimer.Measure(
            new Workload("distance transform, 512×512×256", () => EuclideanDistanceTransform.ToForeground(large, BenchmarkMasks.Large, VoxelSize.Unit)));

        var table = new BenchmarkTable("Distance transform");
        table.AddSpeedup(timings[0], "reference (SciPy)", ReferenceTimings.DistanceTargetsSeconds, TargetsGoal);
        foreach (var timing in timings.Skip(1).Concat(largeTimings))
            table.Add(timing);
        return table;
    }
}
