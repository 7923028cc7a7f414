using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private const int Iterations = 30;

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-train-").FullName;
    private readonly string _config;

    public TrainCommandTests()
    {
        _config = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(_config, $$"""
            iterations: {{Iterations}}
            threads: 1
            precision: float32
            data: {folder: data, validation: validation.list}
            preprocessing: {spacingMm: [4, 4, 4]}
            network: {filters: 2, discriminatorFilters: 2}
            crops: {sizes: [[16, 16, 16]], labelled: 1, unlabelled: 1}
            run: {checkpointEvery: 7, validateEvery: 10, logEvery: 10}
            """);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_is_killed_twice_and_resumed_has_the_metrics_of_an_uninterrupted_one()
    {
        await MakePhantoms();
        var whole = await Train("whole");
        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("1/30  loss", whole.Output, StringComparison.Ordinal);
        foreach (var line in (int[])[4, 17])
        {
            using var process = TrainingProcess.Start(Arguments("killed", "--resume"));
            await WaitForLine("killed", line, process);
            process.Kill();
            Assert.Equal(128 + 9, (await process.End(Cancelled)).ExitCode);
        }

        Assert.Equal(0, (await Train("killed", "--resume")).ExitCode);
        Assert.Equal(Iterations, Metrics("whole").Length);
        Assert.Equal(Metrics("whole"), Metrics("killed"));

        // A finished run with fewer iterations, extended, is the same as well.
        Assert.Equal(0, (await Train("extended", "--set", "iterations=20", "--set", "precision=auto")).ExitCode);
        Assert.Contains("iterations: 20", Stored("extended"), StringComparison.Ordinal);
        Assert.Matches("precision: (float32|bfloat16)\n", Stored("extended"));
        Assert.Equal(0, (await Train("extended", "--resume", "--set", "iterations=30", "--set", "precision=auto")).ExitCode);
        Assert.Contains("iterations: 30", Stored("extended"), StringComparison.Ordinal);
        Assert.Equal(Iterations, Metrics("extended").Length);
        if (Stored("extended").Contains("precision: float32", StringComparison.Ordinal))
            Assert.Equal(Metrics("whole"), Metrics("extended"));
    }

    [Fact]
    public async Task A_second_process_does_not_train_into_the_folder_of_one_that_does()
    {
        await MakePhantoms();
        using (var first = TrainingProcess.Start(Arguments("shared", "--set", "iterations=100000", "--set", "run.checkpointEvery=100000")))
        {
            await WaitForLine("shared", 3, first);

            // As if a checkpoint were just being written.
            var unfinished = Path.Combine(_folder, "shared", "checkpoints", "0000003.safetensors.1.tmp");
            File.WriteAllText(unfinished, "");
            var second = await Train("shared", "--resume", "--set", "iterations=4");
            Assert.Equal(1, second.ExitCode);
            Assert.Equal($"error: Another process trains in '{Path.Combine(_folder, "shared")}', on this machine or another; accepted: one at a time. Wait until it has ended, or stop it.\n", second.Errors);
            Assert.True(File.Exists(unfinished));
            var lines = Metrics("shared").Length;
            await WaitForLine("shared", lines + 1, first);
            first.Kill();
            await first.End(Cancelled);
        }

        using var third = TrainingProcess.Start(Arguments("shared", "--resume"));
        await WaitForLine("shared", 2, third);
    }

    [Fact]
    public async Task A_run_whose_folder_cannot_be_made_says_why()
    {
        await MakePhantoms();
        const string Folder = "/sys/sassnet-run";
        var (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, "train", "--config", _config, "--output", Folder);
        Assert.Equal(1, exitCode);
        Assert.Equal($"error: Access to the path '{Folder}' is denied.\n", errors);
    }

    [Fact]
    public async Task A_run_that_goes_on_keeps_the_values_it_was_started_with()
    {
        await MakePhantoms();
        string[] few = ["--resume", "--set", "iterations=2", "--set", "data.validation="];
        Assert.Equal(0, (await Train("kept", few)).ExitCode);
        var before = Stored("kept");
        (string Assignment, string Expected)[] others =
        [
            ("seed=7", "'seed' is 7; accepted with --resume: 1337"),
            ("iterations=1", "'iterations' is 1; accepted with --resume: 2"),
        ];
        foreach (var (assignment, expected) in others)
        {
            var (exitCode, _, errors) = await Train("kept", [.. few, "--set", assignment]);
            Assert.Equal(2, exitCode);
            Assert.Contains(expected, errors, StringComparison.Ordinal);
        }

        // A scheduler repeats the command as it was.
        var (repeated, output, _) = await Train("kept", few);
        Assert.Equal(0, repeated);
        Assert.DoesNotContain("is not what the run goes on with", output, StringComparison.Ordinal);
        Assert.Equal(before, Stored("kept"));

        // What is written into the file since is not followed, and that is said.
        await File.WriteAllTextAsync(_config, "seed: 8\n" + await File.ReadAllTextAsync(_config, Cancelled), Cancelled);
        (repeated, output, _) = await Train("kept", few);
        Assert.Equal(0, repeated);
        Assert.Contains($"WARNING '{_config}' is not what the run goes on with, which keeps its own configuration: seed is 8 there and 1337 in the run.", output, StringComparison.Ordinal);
        Assert.Equal(before, Stored("kept"));
    }

    [Fact]
    public async Task A_run_goes_on_with_the_scans_it_was_started_with_whatever_the_lists_name_since()
    {
        await MakePhantoms();
        string[] command = ["--resume", "--set", "iterations=2"];
        Assert.Equal(0, (await Train("listed", command)).ExitCode);
        var (metrics, labelled) = (Metrics("listed"), Path.Combine(_folder, "data", "labelled.list"));
        var names = await File.ReadAllLinesAsync(labelled, Cancelled);
        (string[] Names, string Expected)[] edits =
        [
            (names[1..], $"The labelled scans lack {names[0]}; accepted with --resume: those with which the run was started, in scans.json."),
            ([.. names.Reverse()], "The labelled scans are in another order;"),
        ];
        foreach (var (edited, expected) in edits)
        {
            await File.WriteAllLinesAsync(labelled, edited, Cancelled);
            var (exitCode, _, errors) = await Train("listed", "--resume", "--set", "iterations=4");
            Assert.Equal(2, exitCode);
            Assert.Contains(expected, errors, StringComparison.Ordinal);
            Assert.Equal(metrics, Metrics("listed"));
        }

        await File.WriteAllLinesAsync(labelled, names, Cancelled);
        Assert.Equal(0, (await Train("listed", "--resume", "--set", "iterations=4")).ExitCode);
        Assert.Equal(4, Metrics("listed").Length);
    }

    [Fact]
    public async Task A_finished_run_names_its_best_checkpoint_and_the_commands_that_make_and_measure_a_package_without_the_scans_it_learned_from()
    {
        await MakePhantoms();
        var (_, output, _) = await Train("named", "--set", "iterations=10");
        Assert.Contains("WARNING 'preprocessing.spacingMm' has 4 mm along L, and the scans' voxels measure 1.25 mm: up to 3.2 of them become one", output, StringComparison.Ordinal);
        Assert.Contains($"Best on the validation scans: {_folder}/named/checkpoints/best.safetensors, Dice ", output, StringComparison.Ordinal);
        foreach (var list in (string[])["labelled.list", "unlabelled.list"])
            File.Delete(Path.Combine(_folder, "data", list));
        foreach (var verb in (string[])["export ", "evaluate "])
        {
            var command = output.Split('\n').Single(line => line.Contains($": {verb}", StringComparison.Ordinal)).Split(": ", 2)[1];
            var (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, command.Split(' '));
            Assert.True(exitCode == 0, errors);
        }

        var manifest = ModelPackage.Open(Path.Combine(_folder, "named", "model")).Manifest;
        Assert.Equal((2, 2, 10), (manifest.Training.Labelled, manifest.Training.Unlabelled, manifest.Training.Iterations));
        Assert.Equal("data", manifest.Training.Data);
        Assert.NotNull(manifest.Metrics);
    }

    [Fact]
    public async Task On_a_request_to_end_it_saves_and_says_that_it_can_be_started_again()
    {
        await MakePhantoms();
        using var process = TrainingProcess.Start(Arguments("ended", "--resume"));
        await WaitForLine("ended", 2, process);
        process.Terminate();
        var (exitCode, output, _) = await process.End(Cancelled);
        var done = Metrics("ended").Length;
        Assert.Equal(75, exitCode);
        Assert.Contains($"stopped after {done} iterations; go on with --resume", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "ended", "checkpoints", $"{done:D7}.safetensors")));
    }

    [Theory]
    [InlineData("method=unet", "--set method=unet", 2)]
    [InlineData("data.folder=nowhere", "/nowhere'", 2)]
    [InlineData("network.startFrom=nowhere", "The package lacks model.json", 1)]
    [InlineData("data.labelledCases=9", "'data.labelledCases' is 9", 2)]
    [InlineData("device=gpu", "'device' is gpu; accepted: auto, cpu, cuda or cuda:N.", 2)]
    [InlineData("device=cuda:99", "'device' is cuda:99: The device 'cuda:99' is not there. LibTorch sees ", 2)]
    public async Task What_is_wrong_with_a_run_is_one_line(string assignment, string expected, int code)
    {
        await MakePhantoms();
        var (exitCode, _, errors) = await Train("wrong", "--set", assignment);
        Assert.Equal(code, exitCode);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "wrong")));
    }

    [Theory]
    [InlineData("label.value=2", " 2;")]
    [InlineData("label.fileValues=[7, 8]", " 7 or 8;")]
    public async Task Labels_without_the_configured_values_are_an_error_that_lists_the_values_found(string assignment, string configured)
    {
        await MakePhantoms();
        var (exitCode, _, errors) = await Train("labels", "--set", assignment);
        Assert.Equal(2, exitCode);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("label of phantom-0001 has no voxel of value", line, StringComparison.Ordinal);
        Assert.Contains(configured, line, StringComparison.Ordinal);
        Assert.Matches("0 in [0-9]+ voxels and 1 in [0-9]+", line);
        Assert.False(Directory.Exists(Path.Combine(_folder, "labels")));
    }

    [Fact]
    public async Task A_run_that_starts_from_a_package_begins_with_its_weights_and_goes_on_when_the_package_is_gone()
    {
        await MakePhantoms();
        Assert.Equal(0, (await Train("first", "--set", "iterations=2", "--set", "label.colour='#12ab9f'")).ExitCode);
        var package = await Export("first", 2);
        Assert.Equal("#12ab9f", ModelPackage.Open(package).Manifest.Labels[0].Colour);
        AssertRange(ModelPackage.Open(package).Manifest.Range!);

        // So small a step leaves the weights where they were.
        string[] still = ["--set", "iterations=1", "--set", "optimizer.learningRate=1e-12"];
        Assert.Equal(0, (await Train("second", [.. still, "--set", $"network.startFrom={package}"])).ExitCode);
        var (expected, actual) = (Weights(package), Weights(await Export("second", 1)));
        Assert.Equal(expected, actual);

        Directory.Delete(package, recursive: true);
        Assert.Equal(0, (await Train("second", "--resume")).ExitCode);
        Assert.Equal("left-atrium@0.1.0", ModelPackage.Open(await Export("second", 1)).Manifest.Training.StartedFrom);
        Assert.Null(ModelPackage.Open(await Export("first", 2)).Manifest.Training.StartedFrom);
    }

    [Fact]
    public async Task Two_structures_are_trained_validated_packaged_and_measured_each_by_itself()
    {
        Assert.Equal(0, (await TrainingProcess.Run(
            Cancelled, "phantom", "--output", Path.Combine(_folder, "data"), "--labelled", "2", "--unlabelled", "2", "--validation", "2", "--ventricle", "--seed", "110")).ExitCode);
        var labels = "labels=[{value: 1, name: left atrium, colour: '#e6194b'}, {value: 5, fileValues: [2], name: left ventricle, snomedCode: '87878005'}]";
        var (exitCode, output, errors) = await Train("two", "--set", labels, "--set", "iterations=10", "--set", "network.dropout=0", "--evaluate");
        Assert.True(exitCode == 0, errors);
        Assert.Contains(Metrics("two"), line => line.Contains("\"validationDice.1\":", StringComparison.Ordinal) && line.Contains("\"validationDice.5\":", StringComparison.Ordinal));
        Assert.Matches(@"phantom-0114  Dice [\d.]+ \(1: [\d.]+, 5: [\d.]+\)", output);

        var manifest = ModelPackage.Open(Path.Combine(_folder, "two", "model")).Manifest;
        Assert.Equal(2, manifest.Architecture.Classes);
        Assert.Equal([1, 5], manifest.Labels.Select(label => (int)label.Value));
        Assert.Equal(("left ventricle", "87878005"), (manifest.Labels[1].Name, manifest.Labels[1].SnomedCode));
        Assert.Equal("#e6194b", manifest.Labels[0].Colour);
        Assert.NotNull(manifest.Labels[1].Colour);
        Assert.Equal(2, manifest.Range!.LabelVolumesMl!.Count);
        Assert.InRange(manifest.Range.LabelVolumesMl[1].Max, 0.1, manifest.Range.LabelVolumesMl[0].Max);

        var evaluation = Path.Combine(_folder, "two", "evaluation");
        var (mean, atrium, ventricle) = (CaseTable.Read(evaluation), CaseTable.Read(Path.Combine(evaluation, "label-1")), CaseTable.Read(Path.Combine(evaluation, "label-5")));
        Assert.Equal(["phantom-0114", "phantom-0115"], mean.Select(score => score.Case));
        foreach (var (both, first, second) in mean.Zip(atrium, ventricle))
            Assert.Equal((first.Largest.Dice + second.Largest.Dice) / 2, both.Largest.Dice, 1e-5);
        Assert.NotEqual(atrium[0].All.Dice, ventricle[0].All.Dice);
    }

    [Fact]
    public async Task The_precision_that_was_measured_at_the_start_is_stored_and_not_measured_again()
    {
        await MakePhantoms();
        var (exitCode, output, _) = await Train("auto", "--set", "precision=auto", "--set", "iterations=1");
        Assert.Equal(0, exitCode);
        Assert.Contains("a training step over 48x48x48: Float32", output, StringComparison.Ordinal);
        Assert.NotEqual(TrainingPrecision.Auto, TrainingOptionsFile.Read(Path.Combine(_folder, "auto", "config.yaml")).Precision);
        Assert.DoesNotContain("a training step", (await Train("auto", "--resume")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kind_of_device_is_stored_and_another_one_is_taken_only_where_it_is_told()
    {
        await MakePhantoms();
        Assert.Equal(0, (await Train("kind", "--set", "iterations=1", "--set", "device=cpu")).ExitCode);
        Assert.Contains("device: cpu\n", Stored("kind"), StringComparison.Ordinal);
        Assert.Equal(0, (await Train("kind", "--resume", "--set", "iterations=2", "--set", "device=auto")).ExitCode);
        Assert.Contains("device: cpu\n", Stored("kind"), StringComparison.Ordinal);

        // As a run that was started on a GPU, of which there are not a hundred here.
        var config = Path.Combine(_folder, "kind", "config.yaml");
        await File.WriteAllTextAsync(config, Stored("kind").Replace("device: cpu", "device: cuda:99", StringComparison.Ordinal), Cancelled);
        var (exitCode, _, errors) = await Train("kind", "--resume", "--set", "iterations=3");
        Assert.Equal(2, exitCode);
        Assert.Contains("--set device=cpu", errors, StringComparison.Ordinal);
        Assert.Equal(2, Metrics("kind").Length);
        Assert.Equal(0, (await Train("kind", "--resume", "--set", "iterations=3", "--set", "device=cpu")).ExitCode);
        Assert.Contains("device: cpu\n", Stored("kind"), StringComparison.Ordinal);
        Assert.Equal(3, Metrics("kind").Length);
    }

    [Fact]
    public async Task A_scan_that_cannot_be_read_is_named()
    {
        await MakePhantoms();
        var broken = Directory.GetFiles(Path.Combine(_folder, "data", "images")).Order().First();
        var bytes = await File.ReadAllBytesAsync(broken, Cancelled);
        await File.WriteAllBytesAsync(broken, bytes[..(bytes.Length / 2)], Cancelled);
        var (exitCode, _, errors) = await Train("broken");
        Assert.Equal(1, exitCode);
        Assert.Contains("Case phantom-0001: ", errors, StringComparison.Ordinal);
    }

    // Phantoms of 64 x 64 x 64 voxels of 1.25 mm, two of them with labels.
    private static void AssertRange(TrainingRange range)
    {
        Assert.Equal([1.25, 1.25, 1.25], range.VoxelSizeMm.Min);
        Assert.Equal([1.25, 1.25, 1.25], range.VoxelSizeMm.Max);
        Assert.Equal([80, 80, 80], range.FieldOfViewMm.Min);
        Assert.Equal([80, 80, 80], range.FieldOfViewMm.Max);
        Assert.InRange(range.VolumeMl.Min, 10, range.VolumeMl.Max);
        Assert.InRange(range.VolumeMl.Max, range.VolumeMl.Min, 110);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task MakePhantoms() => Assert.Equal(0, (await TrainingProcess.Run(
        Cancelled, "phantom", "--output", Path.Combine(_folder, "data"), "--labelled", "2", "--unlabelled", "2", "--validation", "1", "--size", "64", "64", "64")).ExitCode);

    private Task<(int ExitCode, string Output, string Errors)> Train(string run, params string[] more) => TrainingProcess.Run(Cancelled, Arguments(run, more));

    private string[] Arguments(string run, params string[] more) => ["train", "--config", _config, "--output", Path.Combine(_folder, run), .. more];

    private async Task<string> Export(string run, int iterations)
    {
        var (checkpoint, package) = (Path.Combine(_folder, run, "checkpoints", $"{iterations:D7}.safetensors"), Path.Combine(_folder, run, "model"));
        Assert.Equal(0, (await TrainingProcess.Run(Cancelled, "export", "--checkpoint", checkpoint, "--output", package)).ExitCode);
        return package;
    }

    // All but BatchNorm's running statistics, which follow every batch.
    private static List<Half[]> Weights(string package)
    {
        using var file = SafetensorsFile.Open(Path.Combine(package, ModelPackage.WeightsFile));
        return [.. file.Entries.Keys.Where(key => !key.Contains("running", StringComparison.Ordinal) && !key.Contains("num_batches", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(key => file.ReadArray<Half>(key))];
    }

    private string Stored(string run) => File.ReadAllText(Path.Combine(_folder, run, "config.yaml"));

    private string[] Metrics(string run) => File.ReadAllLines(Path.Combine(_folder, run, "metrics.jsonl"));

    private Task WaitForLine(string run, int line, TrainingProcess process)
    {
        var file = Path.Combine(_folder, run, "metrics.jsonl");
        return process.WaitUntil(() => File.Exists(file) && File.ReadLines(file).Count() >= line, Cancelled);
    }
}
