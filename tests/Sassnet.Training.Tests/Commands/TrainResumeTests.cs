using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>A run that ends before its end, and goes on: with what it was started with, and by one process at a time.</summary>
[Collection(OtherPrograms.Commands)]
public sealed class TrainResumeTests : IDisposable
{
    private readonly PhantomTraining _training = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_is_killed_twice_and_resumed_has_the_metrics_of_an_uninterrupted_one()
    {
        await _training.MakePhantoms();
        var whole = await _training.Train("whole");
        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("1/30  loss", whole.Output, StringComparison.Ordinal);
        foreach (var line in (int[])[4, 17])
        {
            using var process = TrainingProcess.Start(_training.Arguments("killed", "--resume"));
            await _training.WaitForLine("killed", line, process);
            process.Kill();
            Assert.Equal(128 + 9, (await process.End(Cancelled)).ExitCode);
        }

        Assert.Equal(0, (await _training.Train("killed", "--resume")).ExitCode);
        Assert.Equal(PhantomTraining.Iterations, _training.Metrics("whole").Length);
        Assert.Equal(_training.Metrics("whole"), _training.Metrics("killed"));

        // A finished run with fewer iterations, extended, is the same as well.
        Assert.Equal(0, (await _training.Train("extended", "--set", "iterations=20", "--set", "precision=auto")).ExitCode);
        Assert.Contains("iterations: 20", _training.Stored("extended"), StringComparison.Ordinal);
        Assert.Matches("precision: (float32|bfloat16)\n", _training.Stored("extended"));
        Assert.Equal(0, (await _training.Train("extended", "--resume", "--set", "iterations=30", "--set", "precision=auto")).ExitCode);
        Assert.Contains("iterations: 30", _training.Stored("extended"), StringComparison.Ordinal);
        Assert.Equal(PhantomTraining.Iterations, _training.Metrics("extended").Length);
        if (_training.Stored("extended").Contains("precision: float32", StringComparison.Ordinal))
            Assert.Equal(_training.Metrics("whole"), _training.Metrics("extended"));
    }

    [Fact]
    public async Task A_second_process_does_not_train_into_the_folder_of_one_that_does()
    {
        await _training.MakePhantoms();
        using (var first = TrainingProcess.Start(_training.Arguments("shared", "--set", "iterations=100000", "--set", "run.checkpointEvery=100000")))
        {
            await _training.WaitForLine("shared", 3, first);

            // As if a checkpoint were just being written.
            var unfinished = Path.Combine(_training.Folder, "shared", "checkpoints", "0000003.safetensors.1.tmp");
            File.WriteAllText(unfinished, "");
            var second = await _training.Train("shared", "--resume", "--set", "iterations=4");
            Assert.Equal(1, second.ExitCode);
            Assert.Equal($"error: Another process trains in '{Path.Combine(_training.Folder, "shared")}', on this machine or another; accepted: one at a time. Wait until it has ended, or stop it.\n", second.Errors);
            Assert.True(File.Exists(unfinished));
            var lines = _training.Metrics("shared").Length;
            await _training.WaitForLine("shared", lines + 1, first);
            first.Kill();
            await first.End(Cancelled);
        }

        using var third = TrainingProcess.Start(_training.Arguments("shared", "--resume"));
        await _training.WaitForLine("shared", 2, third);
    }

    [Fact]
    public async Task A_run_that_goes_on_keeps_the_values_it_was_started_with()
    {
        await _training.MakePhantoms();
        string[] few = ["--resume", "--set", "iterations=2", "--set", "data.validation="];
        Assert.Equal(0, (await _training.Train("kept", few)).ExitCode);
        var before = _training.Stored("kept");
        (string Assignment, string Expected)[] others =
        [
            ("seed=7", "'seed' is 7; accepted with --resume: 1337"),
            ("iterations=1", "'iterations' is 1; accepted with --resume: 2"),
        ];
        foreach (var (assignment, expected) in others)
        {
            var (exitCode, _, errors) = await _training.Train("kept", [.. few, "--set", assignment]);
            Assert.Equal(2, exitCode);
            Assert.Contains(expected, errors, StringComparison.Ordinal);
        }

        // A scheduler repeats the command as it was.
        var (repeated, output, _) = await _training.Train("kept", few);
        Assert.Equal(0, repeated);
        Assert.DoesNotContain("is not what the run goes on with", output, StringComparison.Ordinal);
        Assert.Equal(before, _training.Stored("kept"));

        // What is written into the file since is not followed, and that is said.
        await File.WriteAllTextAsync(_training.Config, "seed: 8\n" + await File.ReadAllTextAsync(_training.Config, Cancelled), Cancelled);
        (repeated, output, _) = await _training.Train("kept", few);
        Assert.Equal(0, repeated);
        Assert.Contains($"WARNING '{_training.Config}' is not what the run goes on with, which keeps its own configuration: seed is 8 there and 1337 in the run.", output, StringComparison.Ordinal);
        Assert.Equal(before, _training.Stored("kept"));
    }

    [Fact]
    public async Task A_run_goes_on_with_the_scans_it_was_started_with_whatever_the_lists_name_since()
    {
        await _training.MakePhantoms();
        string[] command = ["--resume", "--set", "iterations=2"];
        Assert.Equal(0, (await _training.Train("listed", command)).ExitCode);
        var (metrics, labelled) = (_training.Metrics("listed"), Path.Combine(_training.Folder, "data", "labelled.list"));
        var names = await File.ReadAllLinesAsync(labelled, Cancelled);
        (string[] Names, string Expected)[] edits =
        [
            (names[1..], $"The labelled scans lack {names[0]}; accepted with --resume: those with which the run was started, in scans.json."),
            ([.. names.Reverse()], "The labelled scans are in another order;"),
        ];
        foreach (var (edited, expected) in edits)
        {
            await File.WriteAllLinesAsync(labelled, edited, Cancelled);
            var (exitCode, _, errors) = await _training.Train("listed", "--resume", "--set", "iterations=4");
            Assert.Equal(2, exitCode);
            Assert.Contains(expected, errors, StringComparison.Ordinal);
            Assert.Equal(metrics, _training.Metrics("listed"));
        }

        await File.WriteAllLinesAsync(labelled, names, Cancelled);
        Assert.Equal(0, (await _training.Train("listed", "--resume", "--set", "iterations=4")).ExitCode);
        Assert.Equal(4, _training.Metrics("listed").Length);
    }

    [Fact]
    public async Task On_a_request_to_end_it_saves_and_says_that_it_can_be_started_again()
    {
        await _training.MakePhantoms();
        using var process = TrainingProcess.Start(_training.Arguments("ended", "--resume"));
        await _training.WaitForLine("ended", 2, process);
        process.Terminate();
        var (exitCode, output, _) = await process.End(Cancelled);
        var done = _training.Metrics("ended").Length;
        Assert.Equal(75, exitCode);
        Assert.Contains($"stopped after {done} iterations; go on with --resume", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_training.Folder, "ended", "checkpoints", $"{done:D7}.safetensors")));
    }

    [Fact]
    public async Task The_precision_that_was_measured_at_the_start_is_stored_and_not_measured_again()
    {
        await _training.MakePhantoms();
        var (exitCode, output, _) = await _training.Train("auto", "--set", "precision=auto", "--set", "iterations=1");
        Assert.Equal(0, exitCode);
        Assert.Contains("a training step over 48x48x48: Float32", output, StringComparison.Ordinal);
        Assert.NotEqual(TrainingPrecision.Auto, TrainingOptionsFile.Read(Path.Combine(_training.Folder, "auto", "config.yaml")).Precision);
        Assert.DoesNotContain("a training step", (await _training.Train("auto", "--resume")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kind_of_device_is_stored_and_another_one_is_taken_only_where_it_is_told()
    {
        await _training.MakePhantoms();
        Assert.Equal(0, (await _training.Train("kind", "--set", "iterations=1", "--set", "device=cpu")).ExitCode);
        Assert.Contains("device: cpu\n", _training.Stored("kind"), StringComparison.Ordinal);
        Assert.Equal(0, (await _training.Train("kind", "--resume", "--set", "iterations=2", "--set", "device=auto")).ExitCode);
        Assert.Contains("device: cpu\n", _training.Stored("kind"), StringComparison.Ordinal);

        // As a run that was started on a GPU, of which there are not a hundred here.
        var config = Path.Combine(_training.Folder, "kind", "config.yaml");
        await File.WriteAllTextAsync(config, _training.Stored("kind").Replace("device: cpu", "device: cuda:99", StringComparison.Ordinal), Cancelled);
        var (exitCode, _, errors) = await _training.Train("kind", "--resume", "--set", "iterations=3");
        Assert.Equal(2, exitCode);
        Assert.Contains("--set device=cpu", errors, StringComparison.Ordinal);
        Assert.Equal(2, _training.Metrics("kind").Length);
        Assert.Equal(0, (await _training.Train("kind", "--resume", "--set", "iterations=3", "--set", "device=cpu")).ExitCode);
        Assert.Contains("device: cpu\n", _training.Stored("kind"), StringComparison.Ordinal);
        Assert.Equal(3, _training.Metrics("kind").Length);
    }

    [Fact]
    public async Task A_package_in_the_place_of_a_runs_copy_is_neither_begun_with_nor_deleted()
    {
        await _training.MakePhantoms();
        var (run, elsewhere) = (Path.Combine(_training.Folder, "run"), Path.Combine(_training.Folder, "package"));
        var start = Path.Combine(run, "start");
        var package = ModelPackage.Open(SegmentedFolder.Phantom).CopyTo(start);
        string[] few = ["--set", "iterations=2"];
        string[][] starts = [few, [.. few, "--resume"], [.. few, "--set", $"network.startFrom={start}", "--set", $"network.filters={package.Manifest.Architecture.Filters}"]];
        foreach (var options in starts)
        {
            var (exitCode, _, errors) = await _training.Train("run", options);
            Assert.Equal(2, exitCode);
            Assert.Contains($"'{run}' has no config.yaml, but start, perhaps of a run whose config.yaml went; accepted: another folder, or one without ", errors, StringComparison.Ordinal);
            Assert.Equal(package.Manifest.Sha256, ModelPackage.Open(start).Manifest.Sha256);
        }

        Directory.Move(start, elsewhere);
        Assert.Equal(0, (await _training.Train("run", few)).ExitCode);
        var expected = _training.Metrics("run");

        // Before its first checkpoint a run begins anew, with the weights that it began with, which were random.
        Directory.Move(elsewhere, start);
        var checkpoints = Path.Combine(run, "checkpoints");
        Directory.Delete(checkpoints, recursive: true);
        Directory.CreateDirectory(checkpoints);
        var (resumed, _, fault) = await _training.Train("run", [.. few, "--resume"]);
        Assert.True(resumed == 0, fault);
        Assert.Equal(expected, _training.Metrics("run"));
        string[] export = ["export", "--checkpoint", Path.Combine(checkpoints, "0000002.safetensors"), "--output", Path.Combine(run, "model")];
        Assert.Equal(0, (await TrainingProcess.Run(Cancelled, export)).ExitCode);
        Assert.Null(ModelPackage.Open(Path.Combine(run, "model")).Manifest.Training.StartedFrom);
    }

    public void Dispose() => _training.Dispose();
}
