using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Benchmarks.Measuring;
using Sassnet.Model.Hdf5;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Metrics;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Phantoms;
using static TorchSharp.torch;

namespace Sassnet.Benchmarks.Inference;

/// <summary>
/// Tiles against one pass: how much of the mask a halo keeps, with the bundled packages on phantoms and, where <c>../shared/la</c> is beside the working folder, on
/// its validation scans as they are and with voxels taken for twice as long; and the time of a million voxels from 2 to 60 million in 3 GB.
/// </summary>
internal static class TileBenchmarks
{
    private const double Goal = 1.3;
    private const long MemoryBytes = 3_000_000_000;
    private const int Phantoms = 2;
    private const int LargeScans = 4;

    private static readonly int[] Halos = [16, 32, 48, 64];
    private static readonly GridSize[] Sizes = [new(160, 128, 96), new(320, 240, 128), new(320, 320, 240), new(400, 400, 368)];

    /// <summary>Measures how exact they are.</summary>
    public static BenchmarkTable RunHalos()
    {
        var table = new BenchmarkTable("Tiles against one pass: the halo");
        Compare(table, "phantom package, phantoms", "phantom", PhantomScans());
        if (Directory.Exists(Scans))
        {
            Compare(table, "left-atrium package, validation scans", "left-atrium", ValidationScans(0.625));
            Compare(table, "left-atrium package, validation scans twice as large", "left-atrium", ValidationScans(1.25).Take(LargeScans));
        }

        return table;
    }

    /// <summary>Times them.</summary>
    public static BenchmarkTable RunSizes()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-benchmark-").FullName;
        try
        {
            var package = BenchmarkPackage.Write(folder, spacingMm: 1);
            var table = new BenchmarkTable("A million voxels, whole, in 3 GB");
            foreach (var precision in (Precision[])[Precision.Float32, Precision.BFloat16])
            {
                using var model = LoadedModel.Load(package, new SegmenterOptions { Device = "cpu", Precision = precision, WholeMemoryBytes = MemoryBytes }, NullLogger.Instance);
                Time(table, model);
            }

            return table;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Scans => Path.Combine("..", "shared", "la");

    private static void Time(BenchmarkTable table, LoadedModel model)
    {
        var scans = Sizes.Select(size => new Volume(size, Noise(size), Affine.Scaling(VoxelSize.Unit))).Select(image => PreparedScan.Of(image, model.Manifest.Preprocessing)).ToList();
        var timings = InterleavedTimer.Measure([.. scans.Select(scan => new Workload(string.Empty, () => model.Infer(scan, InferenceMode.Whole)))]);
        var perMillion = timings.Select((timing, index) => timing.MedianSeconds / Sizes[index].Count * 1e6).ToList();
        for (var index = 0; index < Sizes.Length; index++)
        {
            var plan = model.Plan(Sizes[index], InferenceMode.Whole);
            var name = string.Create(
                CultureInfo.InvariantCulture, $"{model.Precision}, {Sizes[index]} voxels in {plan.Tiles!.Count} of {plan.Tiles.Largest}: {perMillion[index] * 1000:F0} ms a million");
            if (index == 0)
                table.Add(timings[index] with { Name = name });
            else
                table.AddShare(timings[index] with { Name = name }, "as the smallest, by voxels", perMillion[0] * Sizes[index].Count / 1e6, Goal);
        }
    }

    private static void Compare(BenchmarkTable table, string name, string packageName, IEnumerable<Volume> images)
    {
        var package = ModelPackage.Open(Path.Combine("Sassnet.Api", "models", packageName));
        using var network = package.LoadNetwork();
        using var folded = new FoldedVNet(network, ScalarType.BFloat16, CPU);
        var scans = images.Select(image => PreparedScan.Of(image, package.Manifest.Preprocessing).Image).ToList();
        var whole = scans.Select(scan => TiledInference.Run(folded, scan.Voxels, TileGrid.OnePass(scan.Size), CancellationToken.None)[0]).ToList();
        foreach (var halo in Halos)
        {
            var started = Stopwatch.GetTimestamp();
            var (dices, most, tiles, largest) = (new List<double>(), 0f, 0, default(GridSize));
            foreach (var (scan, one) in scans.Zip(whole))
            {
                var cut = TileGrid.Within(scan.Size, tile => IsCut(tile.X, scan.Size.X, halo) && IsCut(tile.Y, scan.Size.Y, halo) && IsCut(tile.Z, scan.Size.Z, halo), halo)!;
                var maps = TiledInference.Run(folded, scan.Voxels, cut, CancellationToken.None)[0];
                dices.Add(Overlap.Between(Mask(maps), Mask(one)).Dice);
                most = Math.Max(most, maps.Probability.Zip(one.Probability, (a, b) => Math.Abs(a - b)).Max());
                (tiles, largest) = (tiles + cut.Count, cut.Largest);
            }

            table.AddGrowth(
                new Timing($"{name}, halo {halo}", Stopwatch.GetElapsedTime(started).TotalSeconds, scans.Count),
                string.Create(CultureInfo.InvariantCulture, $"{tiles} tiles, the last {largest} of {scans[^1].Size}"),
                string.Create(CultureInfo.InvariantCulture, $"Dice {dices.Average():F5}, worst {dices.Min():F5}; probability off by {most:F4} at most"));
        }
    }

    // In two or more where the axis is long enough for that.
    private static bool IsCut(int side, int length, int halo) => side < length || length <= (2 * halo) + VNet.SizeMultiple;

    private static byte[] Mask(PredictedMaps maps) => Array.ConvertAll(maps.Probability, value => value > 0.5f ? (byte)1 : (byte)0);

    private static IEnumerable<Volume> PhantomScans() => Enumerable.Range(1, Phantoms)
        .Select(seed => PhantomGenerator.Generate((ulong)seed, new PhantomOptions { Grid = new(192, 160, 112), VoxelSize = new(2, 2, 2) }).Image);

    private static IEnumerable<Volume> ValidationScans(double edgeMm) => File.ReadLines(Path.Combine(Scans, "validation.list"))
        .Where(line => line.Trim().Length > 0)
        .Select(line => LeftAtriumFile.ReadImage(Path.Combine(Scans, line.Trim() + ".h5"), new VoxelSize(edgeMm, edgeMm, edgeMm)));

    private static float[] Noise(GridSize size)
    {
        var (random, voxels) = (new Random(1), new float[size.Count]);
        for (var voxel = 0; voxel < voxels.Length; voxel++)
            voxels[voxel] = random.NextSingle();
        return voxels;
    }
}
