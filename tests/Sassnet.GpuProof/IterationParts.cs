using System.Diagnostics;
using System.Globalization;
using Sassnet.Benchmarks.Training;
using Sassnet.Model.Devices;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using static TorchSharp.torch;

namespace Sassnet.GpuProof;

/// <summary>A training iteration of each method in the paper's setting, batch 4 of 112×112×80 at 16 filters (bcp: batch 8, as its authors train it), in each number format.</summary>
internal static class IterationParts
{
    /// <summary>Those that the device has the arithmetic for.</summary>
    public static IEnumerable<ProofPart> For(ProofSettings settings) =>
        from method in Enum.GetValues<MethodKind>()
        from precision in TorchDevice.HasBFloat16(settings.Device) ? (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16] : [ScalarType.Float32]
        let name = $"iteration-{method.Name()}-{precision.ToString().ToLowerInvariant()}"
        select new ProofPart(name, given => Measure(name, method, precision, given).GetAwaiter().GetResult());

    private static async Task<ProofRow> Measure(string name, MethodKind kind, ScalarType precision, ProofSettings settings)
    {
        var options = Options(kind, settings.IsQuick);

        // Only after its pretraining does bcp do what it is about; the first such iteration makes the teacher.
        var first = kind == MethodKind.Bcp ? options.CopyPaste.PretrainIterations : 0;
        var loader = new BatchLoader(TrainingCrops.Phantoms(options), options, Share.Whole);
        random.manual_seed(options.Seed);
        using var method = TrainingMethod.Create(options, precision, settings.Device);
        var batch = loader.Make(first);
        var losses = new List<StepLosses>();
        for (var round = 0; round < settings.WarmUp; round++)
            losses.Add(method.Step(batch, first + round));
        var seconds = Stopwatches.Median(settings, () => losses.Add(method.Step(batch, first + losses.Count)));

        // And as training runs it, with the batches made beside the steps.
        var (done, waited, started, asked) = (0, TimeSpan.Zero, Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        var beside = BatchLoader.ThreadsBeside(settings.Device, Environment.ProcessorCount);
        await foreach (var made in loader.Load(first, first + settings.Rounds, precision, settings.Device, beside, CancellationToken.None))
        {
            waited += Stopwatch.GetElapsedTime(asked);
            losses.Add(method.Step(made, first + done++, Share.Whole));
            asked = Stopwatch.GetTimestamp();
        }

        settings.Synchronise();
        var elapsed = Stopwatch.GetElapsedTime(started);
        return new(
            name,
            string.Create(CultureInfo.InvariantCulture, $"{seconds:0.000} s; with its data {elapsed.TotalSeconds / done:0.000} s, waited {waited / elapsed:P0}"),
            "losses are numbers",
            losses.TrueForAll(step => double.IsFinite(step.Total)));
    }

    private static TrainingOptions Options(MethodKind kind, bool isQuick)
    {
        var perStream = kind == MethodKind.Bcp ? 4 : 2;
        var options = new TrainingOptions
        {
            Method = kind,
            Preprocessing = new() { SpacingMm = [1, 1, 1] },
            Crops = new() { Labelled = perStream, Unlabelled = perStream },
        };
        return isQuick
            ? options with { Network = new() { Filters = 4, DiscriminatorFilters = 4 }, Crops = options.Crops with { Sizes = [[48, 48, 32]] } }
            : options;
    }
}
