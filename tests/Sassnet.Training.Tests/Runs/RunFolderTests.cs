using System.Text.Json;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using Sassnet.Training.Tests.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Runs;

public sealed class RunFolderTests : SmallRunTests
{
    [Fact]
    public async Task The_best_state_on_the_validation_scans_is_kept_beside_the_newest()
    {
        var dataset = Phantoms();
        await Train(dataset, "best", Options, TestContext.Current.CancellationToken);
        var run = RunFolder.Open(Path.Combine(Folder, "best"));
        var dice = File.ReadLines(run.MetricsFile).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("validationDice", out _)).Select(line => line.GetProperty("validationDice").GetDouble()).ToList();
        Assert.Equal(2, dice.Count);
        Assert.Equal(dice.Max(), run.Best()!.ValidationDice!.Value, 1e-12);
        Assert.Equal(run.CheckpointAt(5), run.LatestCheckpoint());
    }

    [Fact]
    public async Task The_best_checkpoint_holds_the_network_alone_and_every_checkpoint_how_many_scans_it_was_made_of()
    {
        var started = DateOnly.FromDateTime(DateTime.UtcNow);
        await Train(Phantoms(), "facts", Options, TestContext.Current.CancellationToken);
        var run = RunFolder.Open(Path.Combine(Folder, "facts"));
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
        var run = RunFolder.Open(Path.Combine(Folder, "copied"));
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
        var run = RunFolder.Create(Path.Combine(Folder, "crashed"), Options);
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
        var (alone, shared) = (Path.Combine(Folder, "alone"), Directory.CreateDirectory(Path.Combine(Folder, "shared")).FullName);
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
    public void A_run_is_not_started_over_another()
    {
        RunFolder.Create(Path.Combine(Folder, "twice"), Options);
        Assert.Throws<InvalidConfigurationException>(() => RunFolder.Create(Path.Combine(Folder, "twice"), Options));
    }

    [Fact]
    public void A_run_is_not_started_over_the_checkpoints_of_one_without_a_configuration()
    {
        var run = RunFolder.Create(Path.Combine(Folder, "bare"), Options);
        File.WriteAllText(run.CheckpointAt(4), "of another configuration");
        File.Delete(run.ConfigFile);
        var failure = Assert.Throws<InvalidConfigurationException>(() => RunFolder.Create(run.Path, Options));
        Assert.Contains("checkpoints/0000004.safetensors", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(run.CheckpointAt(4)));
    }

    [Theory]
    [InlineData("start/model.json", "start")]
    [InlineData("start/notes.txt", "start")]
    [InlineData("model/model.json", "model/model.json")]
    [InlineData("evaluation/cases.csv", "evaluation/cases.csv")]
    [InlineData("metrics.jsonl", "metrics.jsonl")]
    [InlineData("summary.json", "summary.json")]
    [InlineData("scans.json", "scans.json")]
    [InlineData("events.out.tfevents.1700000000.000", "events.out.tfevents.1700000000.000")]
    public void A_run_is_not_started_over_anything_in_the_place_of_what_one_writes(string file, string named)
    {
        var (folder, path) = (Path.Combine(Folder, "used"), Path.Combine(Folder, "used", file));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "of another");
        var failure = Assert.Throws<InvalidConfigurationException>(() => RunFolder.Create(folder, Options, ModelPackage.Open(SegmentedFolder.Phantom)));
        Assert.StartsWith($"'{folder}' has no config.yaml, but {named}, perhaps of a run whose config.yaml went; accepted: another folder, or one without what a run writes: checkpoints, start, model, ", failure.Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        Assert.Equal("of another", File.ReadAllText(path));
    }

    [Fact]
    public void A_start_that_was_killed_while_it_copied_the_package_is_repeated()
    {
        var folder = Path.Combine(Folder, "killed");
        var (half, others) = (Path.Combine(folder, $"start.{Guid.NewGuid():N}.tmp"), Path.Combine(folder, "start.tmp"));
        foreach (var copy in (string[])[half, others])
        {
            Directory.CreateDirectory(copy);
            File.WriteAllText(Path.Combine(copy, ModelPackage.WeightsFile), "half");
        }

        var package = ModelPackage.Open(SegmentedFolder.Phantom);
        var run = RunFolder.Create(folder, Options, package);
        Assert.Equal(package.Manifest.Sha256, ModelPackage.Open(run.StartFolder).Manifest.Sha256);
        Assert.False(Directory.Exists(half));
        run.Discard();
        Assert.Equal([others], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Of_a_run_whose_package_cannot_be_copied_nothing_stays()
    {
        var (folder, package) = (Path.Combine(Folder, "uncopied"), ModelPackage.Open(SegmentedFolder.Phantom).CopyTo(Path.Combine(Folder, "package")));
        File.Delete(Path.Combine(package.Folder, ModelPackage.WeightsFile));
        Assert.ThrowsAny<IOException>(() => RunFolder.Create(folder, Options, package));
        Assert.False(Directory.Exists(folder));
    }
}
