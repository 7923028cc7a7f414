using System.Text.Json;
using Sassnet.Model.Preprocessing;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Runs;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Runs;

/// <summary>Runs in a folder of one's own: five iterations on four phantoms, with everything in them that chance has a part in.</summary>
public abstract class SmallRunTests : IDisposable
{
    // Made once, which takes longer than most of what is done with them.
    private static readonly Lazy<TrainingScan[]> Scans = new(() => [.. Enumerable.Range(1, 4).Select(seed => Prepare((ulong)seed))]);

    public static TheoryData<MethodKind> Methods => [.. Enum.GetValues<MethodKind>()];

    protected static TrainingOptions Options { get; } = new()
    {
        Iterations = 5,
        Preprocessing = new() { SpacingMm = [4, 4, 4] },
        Network = new() { Filters = 2, DiscriminatorFilters = 2, Dropout = 0.3 },

        // No smaller: half of the labelled crops are one, and bcp leads them alone. Of a single voxel at the deepest level BatchNorm's variance is no number.
        Crops = new() { Sizes = [[32, 16, 16], [32, 32, 16]], Labelled = 2, Unlabelled = 2, Foreground = 0.5 },
        Augmentation = new()
        {
            Rotation = 15,
            Zoom = 0.2,
            Elastic = 2,
            ElasticProbability = 0.5,
            Overhang = 0.2,
            Noise = 0.1,
            NoiseProbability = 1,
            Blur = 1,
            BlurProbability = 0.5,
            Contrast = 0.2,
            Gain = 0.2,
            Shift = 0.2,
            Gamma = 0.2,
            FieldOfView = 0.1,
        },
        Ema = new() { Decay = 0.9 },
        Loss = new() { AdversarialWeight = 0.1, RampupInterval = 1, RampupLength = 4 },
        CopyPaste = new() { PretrainIterations = 2 },
        Run = new() { CheckpointEvery = 2, ValidateEvery = 3 },
    };

    protected string Folder { get; } = Directory.CreateTempSubdirectory("sassnet-runs-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static ScanDataset Phantoms()
    {
        TrainingScan[] scans = [.. Scans.Value.Select(scan => scan with { Image = [.. scan.Image], Mask = [.. scan.Mask!] })];
        return new ScanDataset(scans[..2], [.. scans[2..].Select(scan => scan with { Mask = null })], scans[2..]);
    }

    /// <summary>Begins the run of a name, or goes on with it.</summary>
    protected async Task<(int Iterations, bool IsValidated)> Train(ScanDataset dataset, string name, TrainingOptions options, CancellationToken cancellationToken, TextWriter? console = null)
    {
        var folder = Path.Combine(Folder, name);
        var run = Directory.Exists(folder) ? RunFolder.Open(folder) : RunFolder.Create(folder, options);
        manual_seed(options.Seed);
        using var method = TrainingMethod.Create(options, ScalarType.Float32);
        return await new Trainer(options, run, TimeProvider.System, new Progress(console ?? TextWriter.Null, TimeProvider.System, isTerminal: false), World.Alone).Run(dataset, method, cancellationToken);
    }

    /// <summary>The lines of a run's metrics.</summary>
    protected List<string> Losses(string name) =>
        [.. File.ReadLines(RunFolder.Open(Path.Combine(Folder, name)).MetricsFile).Select(line => JsonDocument.Parse(line).RootElement.ToString())];

    private static TrainingScan Prepare(ulong seed)
    {
        var (image, label) = PhantomGenerator.Generate(seed, new PhantomOptions());
        return TrainingScan.Of($"phantom-{seed}", PreparedScan.Of(image, Options.Preprocessing.ToSpecification()), label);
    }
}
