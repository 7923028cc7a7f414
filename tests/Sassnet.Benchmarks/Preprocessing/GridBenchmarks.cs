using System.Globalization;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Benchmarks.Preprocessing;

/// <summary>
/// A scan to a grid of 1.25 mm in LPS and the network's two maps back to the scan's (0.625 mm, RAS), from 1 to 79 million voxels: what is to grow with
/// them, and no faster.
/// </summary>
internal static class GridBenchmarks
{
    private const double SpacingMm = 0.625;
    private const double Goal = 1.3;

    private static readonly PreprocessingSpecification Model = new([2 * SpacingMm, 2 * SpacingMm, 2 * SpacingMm], "LPS", Normalisation.RobustZScore);
    private static readonly GridSize[] Sizes = [new(128, 128, 64), new(215, 140, 88), new(320, 320, 88), new(320, 320, 288), new(512, 512, 300)];

    /// <summary>Times them.</summary>
    public static BenchmarkTable Run()
    {
        var table = new BenchmarkTable("To the model's grid and back");
        var scans = Sizes.Select(Noise).ToList();
        Add(table, "prepare", Sizes, InterleavedTimer.Measure([.. scans.Select(scan => new Workload("prepare", () => new ModelGrid(Model, scan).Bring(scan)))]));
        Add(table, "restore", Sizes, InterleavedTimer.Measure([.. scans.Select(Restoring)]));
        return table;
    }

    private static Workload Restoring(Volume scan)
    {
        var grid = new ModelGrid(Model, scan);
        var map = new float[grid.Size.Count];
        return new Workload("restore", () => RestoredMaps.Of(new PredictedMaps(map, map), grid));
    }

    private static void Add(BenchmarkTable table, string stage, GridSize[] sizes, IReadOnlyList<Timing> timings)
    {
        var perMillion = timings.Select((timing, index) => timing.MedianSeconds / sizes[index].Count * 1e6).ToList();
        for (var index = 0; index < sizes.Length; index++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{stage}, {sizes[index]} voxels: {perMillion[index] * 1000:F1} ms a million");
            if (index == 0)
                table.Add(timings[index] with { Name = name });
            else
                table.AddShare(timings[index] with { Name = name }, "as the smallest, by voxels", perMillion[0] * sizes[index].Count / 1e6, Goal);
        }
    }

    private static Volume Noise(GridSize size)
    {
        var (random, voxels) = (new Random(1), new float[size.Count]);
        for (var voxel = 0; voxel < voxels.Length; voxel++)
            voxels[voxel] = random.NextSingle();
        return new Volume(size, voxels, new Affine([SpacingMm, 0, 0, 0, 0, SpacingMm, 0, 0, 0, 0, SpacingMm, 0]));
    }
}
