using System.Text.Json;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Sassnet.Training.Tests.Commands;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Distributed;

/// <summary>Two processes by mpirun, on scans so small that starting them is most of the time.</summary>
public sealed class ParallelTrainingTests : IClassFixture<ParallelTrainingTests.Phantoms>, IDisposable
{
    private const int Iterations = 20;

    // As far as a validation, three checkpoints and into the second stage of bcp.
    private const int OfEachMethod = 12;
    private const double Tolerance = 1e-6;

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-parallel-").FullName;
    private readonly string _config;
    private readonly string _data;

    public ParallelTrainingTests(Phantoms phantoms)
    {
        _data = phantoms.Folder;
        _config = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(_config, $$"""
            iterations: {{Iterations}}
            threads: 1
            precision: float32
            device: cpu
            data: {folder: {{_data}}, validation: validation.list}
            preprocessing: {spacingMm: [4, 4, 4]}
            network: {filters: 2, discriminatorFilters: 2}
            crops: {sizes: [[32, 32, 16], [32, 16, 16]], labelled: 2, unlabelled: 2}
            loss: {rampupInterval: 1, rampupLength: 10}
            ema: {decay: 0.9}
            teacher: {passes: 2}
            copyPaste: {pretrainIterations: 8}
            run: {checkpointEvery: 4, validateEvery: 10, logEvery: 10}
            """);
    }

    public static TheoryData<MethodKind> Methods => [.. Enum.GetValues<MethodKind>()];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Two_processes_come_to_the_weights_of_one_that_does_both_micro_batches(MethodKind method)
    {
        string[] set = ["--set", $"method={method.Name()}", "--set", $"iterations={OfEachMethod}"];

        // At every checkpoint the two compare all their weights, bit by bit, and end with an error where one differs.
        var (exitCode, output, errors) = await Together("two", set, set);
        Assert.True(exitCode == 0, errors);
        Assert.Contains($"done: {OfEachMethod} iterations", output, StringComparison.Ordinal);
        Assert.Equal(2, TrainingOptionsFile.Read(Path.Combine(_folder, "two", "config.yaml")).Crops.Accumulate);
        await TrainHere("one", $"method={method.Name()}", $"iterations={OfEachMethod}", "crops.accumulate=2");
        AssertSameWeights("one", "two", OfEachMethod);
        Assert.Equal(Metrics("one"), Metrics("two"));
    }

    [Fact]
    public async Task When_one_process_is_killed_all_end_and_the_run_goes_on_with_another_number_of_processes()
    {
        await TrainHere("whole", "crops.accumulate=2");
        string[] resume = ["--resume"];
        using (var processes = TrainingProcess.StartTogether(Arguments("killed", resume), Arguments("killed", resume)))
        {
            await processes.WaitUntil(() => Metrics("killed").Length >= 6, Cancelled);
            processes.KillRank(1);
            Assert.Equal(128 + 9, (await processes.End(Cancelled)).ExitCode);
        }

        Assert.InRange(Metrics("killed").Length, 6, Iterations - 1);
        using (var process = TrainingProcess.Start(Arguments("killed", resume)))
        {
            await process.WaitUntil(() => Metrics("killed").Length >= 12, Cancelled);
            process.Terminate();
            Assert.Equal(75, (await process.End(Cancelled)).ExitCode);
        }

        var (exitCode, _, errors) = await Together("killed", resume, resume);
        Assert.True(exitCode == 0, errors);
        AssertSameWeights("whole", "killed", Iterations);
        Assert.Equal(Metrics("whole"), Metrics("killed"));
    }

    [Fact]
    public async Task Processes_share_micro_batches_that_they_cannot_share_evenly()
    {
        string[] set = ["--set", "crops.accumulate=3", "--set", "iterations=2", "--set", "data.validation="];
        var (exitCode, _, errors) = await Together("uneven", set, set);
        Assert.True(exitCode == 0, errors);
        await TrainHere("even", "crops.accumulate=3", "iterations=2", "data.validation=");

        // Three numbers in another order have another sum in the last digit.
        Assert.Equal(Losses("even"), Losses("uneven"), (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Equal(2, Losses("uneven").Length);
    }

    [Fact]
    public async Task On_the_signal_that_mpirun_passes_on_all_stop_after_one_iteration_and_save()
    {
        using var processes = TrainingProcess.StartTogether(Arguments("stopped", []), Arguments("stopped", []));
        await processes.WaitUntil(() => Metrics("stopped").Length >= 2, Cancelled);
        processes.Send("SIGUSR1");
        var (exitCode, output, _) = await processes.End(Cancelled);
        Assert.Equal(75, exitCode);
        var done = Metrics("stopped").Length;
        Assert.Contains($"stopped after {done} iterations; go on with --resume", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Checkpoint("stopped", done)));
    }

    [Fact]
    public async Task A_process_that_was_given_something_else_is_named_with_what_and_no_folder_is_left()
    {
        var copy = Directory.CreateDirectory(Path.Combine(_folder, "copy")).FullName;
        foreach (var file in Directory.GetFiles(_data, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(_data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.Copy(Path.Combine(copy, "labels", "phantom-0001.nii.gz"), Path.Combine(copy, "labels", "phantom-0002.nii.gz"), overwrite: true);
        var (exitCode, _, errors) = await Together("different", [], ["--set", $"data.folder={copy}", "--set", "optimizer.momentum=0.8"]);
        Assert.Equal(2, exitCode);
        Assert.Contains(
            "error: The processes of this training do not have the same to work on: rank 1 differs from rank 0 in the configuration, the scan phantom-0002.", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "different")));
    }

    [Fact]
    public async Task A_fault_of_one_process_alone_ends_all_and_says_whose_it_is()
    {
        var (exitCode, _, errors) = await Together("faulty", [], ["--set", "data.labelledCases=9"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("rank 1 of 2: error: 'data.labelledCases' is 9", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "faulty")));
    }

    [Fact]
    public async Task More_processes_than_micro_batches_are_refused()
    {
        string[] one = ["--set", "crops.accumulate=1"];
        var (exitCode, _, errors) = await Together("many", one, one);
        Assert.Equal(2, exitCode);
        Assert.Contains("'crops.accumulate' is 1, which 2 processes cannot share", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_of_srun_that_cannot_find_each_other_do_not_train_into_one_folder()
    {
        var tasks = new Dictionary<string, string> { ["SLURM_STEP_NUM_TASKS"] = "2", ["SLURM_PROCID"] = "1" };
        using var process = TrainingProcess.StartWith(tasks, Arguments("unconnected", []));
        var (exitCode, _, errors) = await process.End(Cancelled);
        Assert.Equal(2, exitCode);
        Assert.Contains("error: srun started 2 tasks without a process manager", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "unconnected")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int ExitCode, string Output, string Errors)> Together(string run, params string[][] more)
    {
        using var processes = TrainingProcess.StartTogether([.. more.Select(own => Arguments(run, own))]);
        return await processes.End(Cancelled);
    }

    private string[] Arguments(string run, string[] more) => ["train", "--config", _config, "--output", Path.Combine(_folder, run), .. more];

    // Without a process of its own, which would take as long as the training.
    private async Task TrainHere(string name, params string[] assignments)
    {
        var options = TrainingOptionsFile.Read(_config, assignments);
        manual_seed(options.Seed);
        using var method = TrainingMethod.Create(options, ScalarType.Float32);
        var run = RunFolder.Create(Path.Combine(_folder, name), options);
        var progress = new Progress(TextWriter.Null, TimeProvider.System, isTerminal: false);
        await new Trainer(options, run, TimeProvider.System, progress, World.Alone).Run(ScanDataset.Load(options), method, Cancelled);
    }

    private void AssertSameWeights(string expected, string actual, int iterations)
    {
        using var scope = NewDisposeScope();
        using var first = SafetensorsFile.Open(Checkpoint(expected, iterations));
        using var second = SafetensorsFile.Open(Checkpoint(actual, iterations));
        Assert.Equal(first.Entries.Keys.Order(StringComparer.Ordinal), second.Entries.Keys.Order(StringComparer.Ordinal));
        foreach (var key in first.Entries.Keys)
        {
            var difference = (first.Read(key).to(ScalarType.Float64) - second.Read(key).to(ScalarType.Float64)).abs().max().item<double>();
            Assert.True(difference <= Tolerance, $"{key} differs by {difference}");
        }
    }

    private string Checkpoint(string run, int iterations) => Path.Combine(_folder, run, "checkpoints", $"{iterations:D7}.safetensors");

    private double[] Losses(string run) => [.. Metrics(run).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("loss").GetDouble())];

    private string[] Metrics(string run) => Path.Combine(_folder, run, "metrics.jsonl") is var file && File.Exists(file) ? File.ReadAllLines(file) : [];

    /// <summary>Three phantoms each for training with labels, without, and for validation; no test changes them.</summary>
    public sealed class Phantoms : IAsyncLifetime
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("sassnet-phantoms-").FullName;

        public async ValueTask InitializeAsync() => Assert.Equal(0, (await TrainingProcess.Run(
            Cancelled, "phantom", "--output", Folder, "--labelled", "3", "--unlabelled", "3", "--validation", "3", "--size", "64", "64", "64")).ExitCode);

        public ValueTask DisposeAsync()
        {
            Directory.Delete(Folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
