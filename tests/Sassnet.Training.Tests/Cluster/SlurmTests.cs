using System.Globalization;
using System.Text.Json;
using Sassnet.Training.Tests.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>Trainings on a real Slurm of two nodes.</summary>
[Collection(OtherPrograms.Clusters)]
public sealed class SlurmTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_training_that_loses_a_rank_then_a_node_and_then_its_time_ends_by_itself_with_the_figures_of_an_undisturbed_one()
    {
        using var cluster = await SlurmCluster.Start(Cancelled);
        await Prepare(cluster.Folder);

        // Beside the other, which waits for Slurm most of the time.
        using var undisturbed = TrainingProcess.Start(
            "train", "--config", Path.Combine(cluster.Folder, "config.yaml"), "--output", Path.Combine(cluster.Folder, "undisturbed"), "--set", "crops.accumulate=2");
        var job = await cluster.Submit(["--nodes=2", Path.Combine(SlurmCluster.Scripts, "train.sbatch"), "config.yaml", "run"], Cancelled);

        await Reach(cluster, job, 7);
        Assert.Equal(["n1", "n2"], cluster.Ranks().Select(rank => rank.Node).Order());
        ShellProcess.Kill(cluster.Ranks().Single(rank => rank.Node == "n2").Process);
        await Restarts(cluster, job, 1);

        // The job needs it, and begins again when it is back.
        await Reach(cluster, job, 17);
        cluster.KillNode("n2");
        await cluster.WaitUntil(job, async () => (await cluster.Run("sinfo", ["-h", "-N", "-n", "n2", "-o", "%T"], Cancelled)).StartsWith("down", StringComparison.Ordinal), Cancelled);
        await cluster.StartDaemon("n2", Cancelled);
        await Restarts(cluster, job, 2);

        // What Slurm sends to the batch script two minutes before the time is over.
        await Reach(cluster, job, 27);
        await cluster.Run("scancel", ["--batch", "--signal=TERM", job], Cancelled);
        await Restarts(cluster, job, 3);

        await cluster.WaitUntil(job, async () => await cluster.Ask(job, "JobState", Cancelled) == "COMPLETED", Cancelled);
        var (exitCode, _, errors) = await undisturbed.End(Cancelled);
        Assert.True(exitCode == 0, errors);
        Assert.Equal(Figures(cluster, "undisturbed"), Figures(cluster, "run"));
        Assert.Contains("killed by signal 9: is queued again", cluster.Log(), StringComparison.Ordinal);
        Assert.Contains("is told to stop; it saves", cluster.Log(), StringComparison.Ordinal);
    }

    private static async Task Prepare(string folder)
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder, "config.yaml"),
            """
            iterations: 40
            threads: 1
            precision: float32
            device: cpu
            data: {folder: data, validation: validation.list}
            preprocessing: {spacingMm: [4, 4, 4], normalisation: robust-zscore}
            network: {filters: 4, discriminatorFilters: 8, dropout: 0.2}
            crops: {sizes: [[32, 32, 16]], labelled: 4, unlabelled: 2}
            run: {checkpointEvery: 5, validateEvery: 40}
            """,
            Cancelled);
        var (exitCode, _, errors) = await TrainingProcess.Run(
            Cancelled, "phantom", "--output", Path.Combine(folder, "data"), "--labelled", "4", "--unlabelled", "2", "--validation", "1");
        Assert.True(exitCode == 0, errors);
    }

    private static Task Reach(SlurmCluster cluster, string job, int iteration) =>
        cluster.WaitUntil(job, () => Task.FromResult(Figures(cluster, "run").Count >= iteration), Cancelled);

    private static Task Restarts(SlurmCluster cluster, string job, int count) => cluster.WaitUntil(
        job,
        async () => int.Parse(await cluster.Ask(job, "Restarts", Cancelled), CultureInfo.InvariantCulture) >= count && await cluster.Ask(job, "JobState", Cancelled) == "RUNNING",
        Cancelled);

    // Whole lines: another process may be writing one.
    private static List<string> Figures(SlurmCluster cluster, string run)
    {
        var file = Path.Combine(cluster.Folder, run, "metrics.jsonl");
        return File.Exists(file) ? [.. File.ReadAllText(file).Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement.ToString())] : [];
    }
}
