using System.Text.Json;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Runs;

/// <summary>A run that goes on on another device than the processor: everything that a step makes is made there, or the device refuses it.</summary>
public sealed class OtherDeviceTests : IDisposable
{
    private const int Before = 2;
    private const int Total = 4;

    // Nothing random but the crops: devices draw their own numbers. The first step on the other device is the last of bcp's first stage.
    private static readonly TrainingOptions Options = new()
    {
        Network = new() { Filters = 2, DiscriminatorFilters = 2, Dropout = 0 },
        Crops = new() { Sizes = [[32, 16, 16]], Labelled = 2, Unlabelled = 2 },
        Loss = new() { AdversarialWeight = 0.1, RampupInterval = 1, RampupLength = 2 },
        Teacher = new() { Noise = 0, Passes = 2 },
        CopyPaste = new() { PretrainIterations = 3 },
        Run = new() { CheckpointEvery = 2, ValidateEvery = 4 },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-device-").FullName;

    public static TheoryData<MethodKind> Methods => [.. Enum.GetValues<MethodKind>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_run_that_goes_on_there_has_the_figures_and_the_weights_of_one_on_the_processor(MethodKind kind)
    {
        var options = Options with { Method = kind };
        await Train("here", options with { Iterations = Before }, CPU);
        Copy("here", "there");
        StrictDevice.TakeRefusals();
        await Train("there", options with { Iterations = Total }, StrictDevice.Instance);
        Assert.Empty(StrictDevice.TakeRefusals());
        await Train("here", options with { Iterations = Total }, CPU);

        var (here, there) = (Metrics("here"), Metrics("there"));
        Assert.Equal(Total, here.Count);
        Assert.Equal(here.Select(line => line.Keys), there.Select(line => line.Keys));
        Assert.All(here.Zip(there).SelectMany(lines => lines.First.Keys.Select(key => (key, lines.First[key], lines.Second[key]))), figure => Assert.Equal(figure.Item2, figure.Item3, 1e-4));
        AssertSameState();
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_weight_statistic_and_optimizer_state_lies_there(MethodKind kind)
    {
        using var method = TrainingMethod.Create(Options with { Method = kind }, ScalarType.Float32, StrictDevice.Instance);
        var loader = new BatchLoader(Noise(), Options with { Method = kind });
        method.Step(loader.Make(Before), Before);
        using var scope = NewDisposeScope();
        Assert.All(method.Networks.Values.SelectMany(network => network.state_dict().Values), tensor => Assert.True(StrictDevice.Has(tensor)));

        // But a count of steps, which is a plain number.
        var states = method.Optimizers.Values.SelectMany(optimizer => OptimizerState.Of(optimizer, "")).Where(state => !state.Key.EndsWith(".step", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(states);
        Assert.All(states, state => Assert.True(StrictDevice.Has(state.Value)));
    }

    [Fact]
    public void A_batch_is_copied_ahead_to_another_device_and_freed_with_the_step_or_with_the_loader()
    {
        var batch = new BatchLoader(Noise(), Options).Make(0);
        Assert.Same(batch, batch.CopiedAhead(ScalarType.Float32, CPU));
        var ahead = batch.CopiedAhead(ScalarType.BFloat16, StrictDevice.Instance);
        var tensors = ahead.ToTensors(ScalarType.BFloat16, StrictDevice.Instance);
        Assert.Same(ahead.Ahead, tensors);
        Assert.All((Tensor[])[tensors.Images, tensors.Masks, tensors.Sdms], tensor => Assert.True(StrictDevice.Has(tensor)));
        Assert.Equal((ScalarType.BFloat16, ScalarType.Float32), (tensors.Images.dtype, tensors.Masks.dtype));
        tensors.Dispose();
        Assert.True(tensors.Images.IsInvalid && tensors.Masks.IsInvalid && tensors.Sdms.IsInvalid);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ScanDataset Noise()
    {
        TrainingScan[] scans = [.. Enumerable.Range(0, 4).Select(Scan)];
        return new ScanDataset(scans[..2], [.. scans[2..].Select(scan => scan with { Mask = null })], scans[2..3]);
    }

    private static TrainingScan Scan(int seed)
    {
        var (size, random) = (new GridSize(40, 24, 20), new Random(seed));
        var mask = new byte[size.Count];
        mask.AsSpan(mask.Length / 3, mask.Length / 3).Fill(1);
        return new TrainingScan($"noise-{seed}", size, Affine.Scaling(VoxelSize.Unit), Array.ConvertAll(mask, label => label + random.NextSingle() - 0.5f), mask);
    }

    private async Task Train(string name, TrainingOptions options, Device device)
    {
        var folder = Path.Combine(_folder, name);
        var run = Directory.Exists(folder) ? RunFolder.Open(folder) : RunFolder.Create(folder, options);
        using var method = TrainingMethod.Create(options, ScalarType.Float32, device);
        var done = await new Trainer(options, run, TimeProvider.System, new Progress(TextWriter.Null, TimeProvider.System, isTerminal: false))
            .Run(Noise(), method, TestContext.Current.CancellationToken);
        Assert.Equal(options.Iterations, done);
    }

    private void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, from), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_folder, to, Path.GetRelativePath(Path.Combine(_folder, from), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private List<Dictionary<string, double>> Metrics(string name) => [.. File.ReadLines(RunFolder.Open(Path.Combine(_folder, name)).MetricsFile)
        .Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().Where(pair => pair.Value.ValueKind == JsonValueKind.Number)
            .ToDictionary(pair => pair.Name, pair => pair.Value.GetDouble()))];

    // Of the checkpoints, which know no device.
    private void AssertSameState()
    {
        using var scope = NewDisposeScope();
        using var here = SafetensorsFile.Open(RunFolder.Open(Path.Combine(_folder, "here")).CheckpointAt(Total));
        using var there = SafetensorsFile.Open(RunFolder.Open(Path.Combine(_folder, "there")).CheckpointAt(Total));
        Assert.Equal(here.Entries.Keys.Order(StringComparer.Ordinal), there.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(here.Entries.Keys, key => Assert.True(here.Read(key).to(ScalarType.Float32).allclose(there.Read(key).to(ScalarType.Float32), rtol: 1e-3, atol: 1e-4), key));
    }
}
