using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Benchmarks.Inference;
using Sassnet.Model.Devices;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Volumes;
using Sassnet.Training.Phantoms;

namespace Sassnet.GpuProof;

/// <summary>A scan of 175×132×88 at 16 filters from voxels to mask, in each mode and number format.</summary>
internal static class ScanParts
{
    private const double SpacingMm = 0.625;
    private const int WindowsAtOnce = 8;

    /// <summary>Those that the device has the arithmetic for; on a GPU the sliding window also with several windows at once.</summary>
    public static IEnumerable<ProofPart> For(ProofSettings settings) =>
        from mode in Enum.GetValues<InferenceMode>().Where(mode => mode != InferenceMode.Auto)
        from precision in Precisions(settings)
        from batch in settings.IsCuda && mode == InferenceMode.Window ? (int[])[1, WindowsAtOnce] : [1]
        let name = $"scan-{mode.Word()}-{precision.ToString().ToLowerInvariant()}{(batch > 1 ? $"-{batch}-at-once" : "")}"
        select new ProofPart(name, given => Measure(name, mode, precision, batch, given));

    private static IEnumerable<Precision> Precisions(ProofSettings settings)
    {
        yield return Precision.Float32;
        if (TorchDevice.HasBFloat16(settings.Device))
            yield return Precision.BFloat16;
        if (settings.IsCuda)
            yield return Precision.Float16;
    }

    private static ProofRow Measure(string name, InferenceMode mode, Precision precision, int batch, ProofSettings settings)
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-proof-").FullName;
        try
        {
            var package = BenchmarkPackage.Write(folder, SpacingMm);
            var grid = settings.IsQuick ? new GridSize(80, 72, 48) : new GridSize(175, 132, 88);
            var scan = PhantomGenerator.Generate(1, new PhantomOptions { Grid = grid, VoxelSize = new(SpacingMm, SpacingMm, SpacingMm) }).Image;
            using var segmenter = Segmenter.Load(package, new SegmenterOptions { Device = settings.DeviceName, Precision = precision, WindowBatch = batch }, NullLogger.Instance);
            var used = new List<InferenceMode>();
            for (var round = 0; round < settings.WarmUp; round++)
                used.Add(segmenter.Segment(scan, new SegmentationRequest(mode)).Mode);
            var seconds = Stopwatches.Median(settings, () => used.Add(segmenter.Segment(scan, new SegmentationRequest(mode)).Mode));
            return new(name, string.Create(CultureInfo.InvariantCulture, $"{seconds:0.000} s"), $"in mode {mode}", used.TrueForAll(one => one == mode));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
