using System.Text.Json;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Runs;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Methods;

/// <summary>Whole training runs on phantoms at 4 mm, small enough for a test and large enough to learn something.</summary>
internal static class PhantomTraining
{
    public static readonly TrainingOptions Options = new()
    {
        Preprocessing = new() { SpacingMm = [4, 4, 4], Normalisation = Model.Packages.Normalisation.RobustZScore },
        Network = new() { Filters = 8, DiscriminatorFilters = 8, Dropout = 0.2 },
        Crops = new() { Sizes = [[32, 32, 16]] },
        Augmentation = new() { Zoom = 0.15, Overhang = 0.15, Gain = 0.2, Shift = 0.2 },
        Teacher = new() { Passes = 4, Decay = 0.95 },
    };

    private static readonly Lazy<TrainingScan[]> Scans = new(() => [.. Enumerable.Range(1, 16).Select(Prepare)]);

    /// <summary>Phantoms by their seeds, counted from 1: first the labelled, then the unlabelled, then those for validation; 16 at most.</summary>
    public static LeftAtriumDataset Phantoms(int labelled, int unlabelled, int validation)
    {
        var scans = Scans.Value.AsSpan(0, labelled + unlabelled + validation);
        return new LeftAtriumDataset(
            scans[..labelled].ToArray(),
            [.. scans.Slice(labelled, unlabelled).ToArray().Select(scan => scan with { Mask = null })],
            scans[(labelled + unlabelled)..].ToArray());
    }

    /// <summary>The mean Dice on the validation phantoms after the last iteration.</summary>
    public static async Task<double> Dice(TrainingOptions options, LeftAtriumDataset dataset, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-learning-").FullName;
        var threads = get_num_threads();
        try
        {
            // Networks as small as these gain nothing from a second thread.
            set_num_threads(1);
            var run = RunFolder.Create(Path.Combine(folder, "run"), options);
            manual_seed(options.Seed);
            using var method = TrainingMethod.Create(options, ScalarType.Float32);
            var progress = new Progress(TextWriter.Null, TimeProvider.System, isTerminal: false);
            await new Trainer(options, run, TimeProvider.System, progress).Run(dataset, method, cancellationToken);
            return JsonDocument.Parse(File.ReadLines(run.MetricsFile).Last()).RootElement.GetProperty("validationDice").GetDouble();
        }
        finally
        {
            set_num_threads(threads);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TrainingScan Prepare(int seed)
    {
        var (image, label) = PhantomGenerator.Generate((ulong)seed, new PhantomOptions());
        return TrainingScan.Prepare($"phantom-{seed}", image, label, Options.Preprocessing.ToSpecification());
    }
}
