using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Morphology;

namespace Sassnet.Benchmarks.Morphology;

/// <summary>Connected components of a clean mask and of one sprinkled with noise, which has many.</summary>
internal static class ComponentsBenchmarks
{
    private const int OneVoxelIn = 50;

    /// <summary>Times them.</summary>
    public static BenchmarkTable Run()
    {
        var crop = BenchmarkMasks.CropMask(1);
        var noisy = BenchmarkMasks.WithNoise(crop, OneVoxelIn);
        var large = BenchmarkMasks.LargeMask(3);
        var timings = InterleavedTimer.Measure(
            new Workload("connected components (26), 112×112×80", () => ConnectedComponents.Of(crop, BenchmarkMasks.Crop, Connectivity.Corner)),
            new Workload("connected components (26), 112×112×80, noisy", () => ConnectedComponents.Of(noisy, BenchmarkMasks.Crop, Connectivity.Corner)),
            new Workload("connected components (6), 112×112×80, noisy", () => ConnectedComponents.Of(noisy, BenchmarkMasks.Crop, Connectivity.Face)),
            new Workload("connected components (26), 512×512×256", () => ConnectedComponents.Of(large, BenchmarkMasks.Large, Connectivity.Corner)));

        var table = new BenchmarkTable("Connected components");
        foreach (var timing in timings)
            table.Add(timing);
        return table;
    }
}
