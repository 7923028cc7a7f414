using System.Text.Json;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Runs;
using Sassnet.Training.Validation;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Runs;

public sealed class ResumeTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Iterations = 5,
        Preprocessing = new() { SpacingMm = [4, 4, 4] },
        Network = new() { Filters = 2, DiscriminatorFilters = 2, Dropout = 0.3 },
        Crops = new() { Sizes = [[16, 16, 16], [32, 16, 16]], Labelled = 2, Unlabelled = 2, Foreground = 0.5 },
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

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-runs-").FullName;

    public static TheoryData<MethodKind> Methods => [.. Enum.GetValues<MethodKind>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_resumed_run_has_the_losses_of_an_uninterrupted_one(MethodKind method)
    {
        var (dataset, options) = (Phantoms(), Options with { Method = method });
        await Train(dataset, "whole", options, TestContext.Current.CancellationToken);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Train(dataset, "parts", options, stopped.Token);
        Assert.Single(Losses("parts"));
        await Train(dataset, "parts", options, TestContext.Current.CancellationToken);
        Assert.Equal(5, Losses("whole").Count);
        Assert.Equal(Losses("whole"), Losses("parts"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_validation_that_is_left_for_a_stop_is_made_up_for_when_the_run_goes_on(int iterations)
    {
        var options = Options with { Method = MethodKind.VNetSdm, Iterations = iterations, Run = new() { CheckpointEvery = 2, ValidateEvery = 1 } };
        Assert.Equal((iterations, true), await Train(Phantoms(), "whole", options, TestContext.Current.CancellationToken));
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        Assert.Equal((1, false), await Train(Phantoms(), "parts", options, stopped.Token));
        var run = RunFolder.Open(Path.Combine(_folder, "parts"));
        Assert.DoesNotContain("validationDice", Assert.Single(Losses("parts")), StringComparison.Ordinal);
        Assert.Equal((run.CheckpointAt(1), null), (run.LatestCheckpoint(), run.Best()));

        // By another version.
        using (var method = TrainingMethod.Create(options, ScalarType.Float32))
        {
            Checkpoint.Restore(run.CheckpointAt(1), method);
            Checkpoint.Save(run.CheckpointAt(1), method, CheckpointMetadata.Read(run.CheckpointAt(1)) with { Commit = "0123abc" });
        }

        // Stopped in what it makes up for, it has still to do it.
        Assert.Equal((1, false), await Train(Phantoms(), "parts", options, stopped.Token));
        using var said = new StringWriter();
        Assert.Equal((iterations, true), await Train(Phantoms(), "parts", options, TestContext.Current.CancellationToken, said));
        Assert.Matches("^made up for: validationDice 0\\.[0-9]{4} at 1\n", said.ToString());
        Assert.Equal(Losses("whole"), Losses("parts"));
        var best = run.Best()!;
        Assert.Equal(RunFolder.Open(Path.Combine(_folder, "whole")).Best()!.ValidationDice, best.ValidationDice);
        Assert.Equal(best.Iterations == 1 ? "0123abc" : CodeCommit.Name, best.Commit);
    }

    [Fact]
    public async Task What_a_run_says_of_itself_goes_with_its_checkpoints()
    {
        await Train(Phantoms(), "told", Options, TestContext.Current.CancellationToken);
        var told = RunOutcome.Read(Path.Combine(_folder, "told"))!;
        Assert.Equal((RunState.Training, 5, 5, Path.Combine("checkpoints", "0000005.safetensors")), (told.State, told.Iterations, told.OfIterations, told.Checkpoint));
        Assert.Equal(RunFolder.Open(Path.Combine(_folder, "told")).Best()!.ValidationDice, told.BestValidationDice);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_run_killed_after_its_checkpoint_repeats_the_lost_iterations(MethodKind method)
    {
        var (dataset, options) = (Phantoms(), Options with { Method = method });
        await Train(dataset, "whole", options, TestContext.Current.CancellationToken);
        await Train(dataset, "killed", options, TestContext.Current.CancellationToken);
        var run = RunFolder.Open(Path.Combine(_folder, "killed"));
        File.Delete(run.CheckpointAt(5));
        File.AppendAllText(run.MetricsFile, "{\"iteration\":6,\"lo");
        await Train(dataset, "killed", options, TestContext.Current.CancellationToken);
        Assert.Equal(Losses("whole"), Losses("killed"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_run_resumed_before_at_or_after_the_second_stage_of_bcp_has_the_figures_of_an_uninterrupted_one(int done)
    {
        var options = Options with
        {
            Method = MethodKind.Bcp,
            Optimizer = new() { DecayEvery = 2 },
            Run = new() { CheckpointEvery = 1, KeepCheckpoints = 5 },
        };
        await Train(Phantoms(), "whole", options, TestContext.Current.CancellationToken);
        await Train(Phantoms(), "killed", options, TestContext.Current.CancellationToken);
        var run = RunFolder.Open(Path.Combine(_folder, "killed"));
        for (var iteration = done + 1; iteration <= options.Iterations; iteration++)
            File.Delete(run.CheckpointAt(iteration));
        await Train(Phantoms(), "killed", options, TestContext.Current.CancellationToken);
        Assert.Equal(Losses("whole"), Losses("killed"));

        // Two iterations of the first stage, two of the second, then the decay.
        Assert.Equal([0.01, 0.01, 0.01, 0.01, 0.001], Losses("whole").Select(line => JsonDocument.Parse(line).RootElement.GetProperty("learningRate").GetDouble()));
    }

    [Fact]
    public async Task The_polynomial_schedule_of_bcp_is_that_of_its_second_stage_alone()
    {
        var options = Options with { Method = MethodKind.Bcp, Optimizer = new() { Schedule = LearningRateSchedule.Polynomial } };
        await Train(Phantoms(), "polynomial", options, TestContext.Current.CancellationToken);
        var rates = Losses("polynomial").Select(line => JsonDocument.Parse(line).RootElement.GetProperty("learningRate").GetDouble());

        // Two iterations of the first stage, three of the second.
        IEnumerable<double> expected = [0.01, 0.01, 0.01, 0.01 * Math.Pow(2.0 / 3, 0.9), 0.01 * Math.Pow(1.0 / 3, 0.9)];
        Assert.Equal(expected, rates, (one, other) => Math.Abs(one - other) < 1e-9);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Training_leaves_no_tensor_behind(MethodKind kind)
    {
        var (dataset, options) = (Phantoms(), Options with { Method = kind });
        using var method = TrainingMethod.Create(options, ScalarType.Float32);
        var loader = new BatchLoader(dataset, options, Share.Whole);
        method.Step(loader.Make(0), 0);
        method.Step(loader.Make(2), 2);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        method.Step(loader.Make(1), 1);
        method.Step(loader.Make(2), 2);
        ScanPrediction.Of(method.Network, dataset.Validation[0], ScalarType.Float32, [new Label(1, "test")], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_that_is_disposed_leaves_no_tensor_behind(MethodKind kind)
    {
        var (dataset, options) = (Phantoms(), Options with { Method = kind });
        var loader = new BatchLoader(dataset, options, Share.Whole);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using (var method = TrainingMethod.Create(options, ScalarType.Float32))
        {
            method.Step(loader.Make(0), 0);
            method.Step(loader.Make(2), 2);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public async Task The_best_state_on_the_validation_scans_is_kept_beside_the_newest()
    {
        var dataset = Phantoms();
        await Train(dataset, "best", Options, TestContext.Current.CancellationToken);
        var run = RunFolder.Open(Path.Combine(_folder, "best"));
        var dice = File.ReadLines(run.MetricsFile).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("validationDice", out _)).Select(line => line.GetProperty("validationDice").GetDouble()).ToList();
        Assert.Equal(2, dice.Count);
        Assert.Equal(dice.Max(), run.Best()!.ValidationDice!.Value, 1e-12);
        Assert.Equal(run.CheckpointAt(5), run.LatestCheckpoint());
    }

    [Fact]
    public async Task Every_step_has_the_configured_threads_whichever_thread_it_runs_on()
    {
        var (dataset, options) = (Phantoms(), Options with { Threads = 3, Method = MethodKind.VNetSdm });
        var threads = get_num_threads();
        try
        {
            using var method = new Watched(options);
            var run = RunFolder.Create(Path.Combine(_folder, "threads"), options);
            await new Trainer(options, run, TimeProvider.System, new Progress(TextWriter.Null, TimeProvider.System, isTerminal: false), World.Alone)
                .Run(dataset, method, TestContext.Current.CancellationToken);
            Assert.Equal([3, 3, 3, 3, 3], method.Threads);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public async Task The_best_checkpoint_holds_the_network_alone_and_every_checkpoint_how_many_scans_it_was_made_of()
    {
        var started = DateOnly.FromDateTime(DateTime.UtcNow);
        await Train(Phantoms(), "facts", Options, TestContext.Current.CancellationToken);
        var run = RunFolder.Open(Path.Combine(_folder, "facts"));
        using (var best = SafetensorsFile.Open(run.BestCheckpoint))
            Assert.All(best.Entries.Keys, key => Assert.StartsWith("average.", key, StringComparison.Ordinal));
        Assert.InRange(new FileInfo(run.BestCheckpoint).Length, 1, new FileInfo(run.LatestCheckpoint()!).Length / 2);
        var latest = CheckpointMetadata.Read(run.LatestCheckpoint()!);
        Assert.Equal((5, 2, 2), (latest.Iterations, latest.Labelled, latest.Unlabelled));
        Assert.Equal((2, 2), (run.Best()!.Labelled, run.Best()!.Unlabelled));
        Assert.All((CheckpointMetadata[])[latest, run.Best()!], state => Assert.Equal(CodeCommit.Name, state.Commit));
        Assert.All((CheckpointMetadata[])[latest, run.Best()!], state => Assert.InRange(state.Date!.Value, started, DateOnly.FromDateTime(DateTime.UtcNow)));
    }

    [Fact]
    public async Task A_copy_of_a_checkpoint_under_another_name_is_neither_the_newest_nor_pruned()
    {
        await Train(Phantoms(), "copied", Options, TestContext.Current.CancellationToken);
        var run = RunFolder.Open(Path.Combine(_folder, "copied"));
        var copy = Path.Combine(Path.GetDirectoryName(run.BestCheckpoint)!, "keep.safetensors");
        File.Copy(run.BestCheckpoint, copy);
        Assert.Equal(run.CheckpointAt(5), run.LatestCheckpoint());
        run.PruneCheckpoints(1);
        Assert.True(File.Exists(copy));
        Assert.True(File.Exists(run.CheckpointAt(5)));
        Assert.False(File.Exists(run.CheckpointAt(4)));
    }

    [Fact]
    public void What_a_crash_left_half_written_is_cleared_away_when_the_run_goes_on_and_by_no_reader()
    {
        var run = RunFolder.Create(Path.Combine(_folder, "crashed"), Options);
        string[] halves = [run.CheckpointAt(5) + ".0123.tmp", run.ConfigFile + ".0123.tmp"];
        foreach (var half in halves)
            File.WriteAllText(half, "half");
        var opened = RunFolder.Open(run.Path);
        Assert.All(halves, half => Assert.True(File.Exists(half)));
        opened.ClearUnfinished();
        Assert.All(halves, half => Assert.False(File.Exists(half)));
        Assert.True(File.Exists(run.ConfigFile));
    }

    [Fact]
    public void Of_a_discarded_run_nothing_stays_but_what_is_not_its_own()
    {
        var (alone, shared) = (Path.Combine(_folder, "alone"), Directory.CreateDirectory(Path.Combine(_folder, "shared")).FullName);
        var notes = Path.Combine(shared, "notes.txt");
        File.WriteAllText(notes, "");
        foreach (var folder in (string[])[alone, shared])
        {
            var run = RunFolder.Create(folder, Options);
            new MetricsLog(run, 0, TimeProvider.System).Dispose();
            Assert.False(run.HasMetrics);
            run.Discard();
        }

        Assert.False(Directory.Exists(alone));
        Assert.Equal([notes], Directory.GetFileSystemEntries(shared));
    }

    [Fact]
    public async Task A_loss_that_is_no_number_ends_the_run_with_the_iteration_and_the_scans_and_saves_nothing_of_it()
    {
        var dataset = Phantoms();
        Array.Fill(dataset.Labelled[1].Image, float.NaN);
        var failure = await Assert.ThrowsAsync<TrainingFailedException>(() => Train(dataset, "nan", Options, TestContext.Current.CancellationToken));
        Assert.Contains("Iteration 1 (", failure.Message, StringComparison.Ordinal);
        Assert.Contains(dataset.Labelled[1].Name, failure.Message, StringComparison.Ordinal);
        Assert.Contains("no longer finite", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Losses("nan"));
        Assert.Null(RunFolder.Open(Path.Combine(_folder, "nan")).LatestCheckpoint());
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_written_ends_the_run_with_the_iteration_and_the_reason()
    {
        var folder = Path.Combine(_folder, "full");
        RunFolder.Create(folder, Options);
        Directory.Delete(Path.Combine(folder, "checkpoints"));
        File.WriteAllText(Path.Combine(folder, "checkpoints"), "");
        var failure = await Assert.ThrowsAsync<TrainingFailedException>(() => Train(Phantoms(), "full", Options, TestContext.Current.CancellationToken));
        Assert.Contains("Iteration 2 (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Once that is mended, go on with --resume.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, Losses("full").Count);
    }

    [Theory]
    [InlineData(28, "It cannot be written. Make room, then go on with --resume.")] // ENOSPC
    [InlineData(122, "It cannot be written. Make room, then go on with --resume.")] // EDQUOT
    [InlineData(5, "It cannot be written. Once that is mended, go on with --resume.")] // EIO
    public async Task Room_is_asked_for_where_the_disk_is_full_alone(int code, string expected)
    {
        var options = Options with { Method = MethodKind.VNetSdm };
        using var method = new Failing(options, new IOException("It cannot be written.", code));
        var run = RunFolder.Create(Path.Combine(_folder, "failing"), options);
        var trainer = new Trainer(options, run, TimeProvider.System, new Progress(TextWriter.Null, TimeProvider.System, isTerminal: false), World.Alone);
        var failure = await Assert.ThrowsAsync<TrainingFailedException>(() => trainer.Run(Phantoms(), method, TestContext.Current.CancellationToken));
        Assert.StartsWith("Iteration 1 (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith($"): {expected}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_not_started_over_another()
    {
        RunFolder.Create(Path.Combine(_folder, "twice"), Options);
        Assert.Throws<InvalidConfigurationException>(() => RunFolder.Create(Path.Combine(_folder, "twice"), Options));
    }

    [Fact]
    public void A_run_is_not_started_over_the_checkpoints_of_one_without_a_configuration()
    {
        var run = RunFolder.Create(Path.Combine(_folder, "bare"), Options);
        File.WriteAllText(run.CheckpointAt(4), "of another configuration");
        File.Delete(run.ConfigFile);
        var failure = Assert.Throws<InvalidConfigurationException>(() => RunFolder.Create(run.Path, Options));
        Assert.Contains("checkpoints/0000004.safetensors", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(run.CheckpointAt(4)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ScanDataset Phantoms()
    {
        var preprocessing = Options.Preprocessing.ToSpecification();
        var scans = Enumerable.Range(1, 4).Select(seed => Prepare((ulong)seed, preprocessing)).ToList();
        return new ScanDataset(scans[..2], [.. scans[2..].Select(scan => scan with { Mask = null })], scans[2..]);
    }

    private static TrainingScan Prepare(ulong seed, PreprocessingSpecification preprocessing)
    {
        var (image, label) = PhantomGenerator.Generate(seed, new PhantomOptions());
        return TrainingScan.Of($"phantom-{seed}", PreparedScan.Of(image, preprocessing), label);
    }

    private async Task<(int Iterations, bool IsValidated)> Train(ScanDataset dataset, string name, TrainingOptions options, CancellationToken cancellationToken, TextWriter? console = null)
    {
        var folder = Path.Combine(_folder, name);
        var run = Directory.Exists(folder) ? RunFolder.Open(folder) : RunFolder.Create(folder, options);
        manual_seed(options.Seed);
        using var method = TrainingMethod.Create(options, ScalarType.Float32);
        return await new Trainer(options, run, TimeProvider.System, new Progress(console ?? TextWriter.Null, TimeProvider.System, isTerminal: false), World.Alone).Run(dataset, method, cancellationToken);
    }

    private sealed class Watched(TrainingOptions options) : TrainingMethod(options, ScalarType.Float32)
    {
        public List<int> Threads { get; } = [];

        protected override StepLosses Learn(TrainingStep trainingStep)
        {
            Threads.Add(get_num_threads());
            return new StepLosses(1);
        }
    }

    private sealed class Failing(TrainingOptions options, IOException failure) : TrainingMethod(options, ScalarType.Float32)
    {
        protected override StepLosses Learn(TrainingStep trainingStep) => throw failure;
    }

    private List<string> Losses(string name) =>
        [.. File.ReadLines(RunFolder.Open(Path.Combine(_folder, name)).MetricsFile).Select(line => JsonDocument.Parse(line).RootElement.ToString())];
}
