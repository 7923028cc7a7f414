using System.Text.Json;
using Sassnet.Model.Packages;
using Sassnet.Training.Evaluation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>A sweep as a user does it: prepare, sweep, an array of trainings, compare.</summary>
[Collection(OtherPrograms.Commands)]
public sealed class SweepCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-sweeps-").FullName;

    private static Dictionary<string, string> Array => new() { ["SLURM_ARRAY_TASK_ID"] = "0" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Sweep => Path.Combine(_folder, "sweep");

    [Fact]
    public async Task A_sweep_over_folds_is_trained_by_index_and_each_run_ends_in_a_measured_package()
    {
        await Prepare();
        foreach (var list in (string[])["labelled", "unlabelled", "validation"])
            Assert.True(File.Exists(Path.Combine(_folder, "data", "folds", "1", list + ".list")), list);
        await Succeed("sweep", "--config", Path.Combine(_folder, "config.yaml"), "--output", Sweep, "--methods", "sassnet", "--folds", "2");
        var (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, "train", "--sweep", Sweep, "--index", "2", "--resume");
        Assert.Equal(2, exitCode);
        Assert.Contains("--index is 2; accepted: 0 to 1", errors, StringComparison.Ordinal);
        (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, "train", "--sweep", Sweep, "--index", "0", "--resume", "--set", "seed=7");
        Assert.Equal(2, exitCode);
        Assert.Contains("'seed' is 7; accepted for sassnet-fold0: 1337", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Sweep, "sassnet-fold0")));

        // As an array job: one command for the start and every restart.
        using (var first = TrainingProcess.StartWith(Array, "train", "--sweep", Sweep, "--resume"))
        {
            await first.WaitUntil(() => File.Exists(Path.Combine(Sweep, "sassnet-fold0", "metrics.jsonl")), Cancelled);
            first.Terminate();
            Assert.Equal(75, (await first.End(Cancelled)).ExitCode);
        }

        Assert.Equal("stopped", Summary("sassnet-fold0").GetProperty("state").GetString());
        using (var second = TrainingProcess.StartWith(Array, "train", "--sweep", Sweep, "--resume"))
        {
            var (code, output, error) = await second.End(Cancelled);
            Assert.True(code == 0, error);
            Assert.Contains("run 0 of 2: sassnet-fold0", output, StringComparison.Ordinal);
        }

        CheckRun("sassnet-fold0");
        Assert.Contains("measured already", await Succeed("train", "--sweep", Sweep, "--index", "0", "--resume"), StringComparison.Ordinal);
        await Succeed("train", "--sweep", Sweep, "--index", "1");
        string[] validated = [.. Cases("sassnet-fold0"), .. Cases("sassnet-fold1")];
        Assert.Equal(["phantom-0001", "phantom-0002", "phantom-0003", "phantom-0004"], validated.Order());
        var table = await Succeed("compare", Sweep);
        Assert.Contains("| sassnet | ", table, StringComparison.Ordinal);
        Assert.Contains("4 cases, the same for every run", table, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Sweep, "comparison", "comparison.png")));
    }

    [Theory]
    [InlineData("Neither --config nor --sweep is given")]
    [InlineData("Both --config and --sweep is given", "--config", "c.yaml", "--sweep", "s")]
    [InlineData("--index is 1, and there is no --sweep", "--config", "c.yaml", "--index", "1")]
    [InlineData("--output is o; accepted with --sweep: none", "--sweep", "s", "--output", "o")]
    [InlineData("'s' holds no sweep", "--sweep", "s", "--index", "0")]
    public async Task Options_that_do_not_go_together_are_refused(string expected, params string[] options)
    {
        var (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, ["train", .. options]);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void CheckRun(string name)
    {
        var folder = Path.Combine(Sweep, name);
        var summary = Summary(name);
        Assert.Equal(
            ("evaluated", "sassnet", 40, 40, "model", "checkpoints/0000040.safetensors"),
            (summary.GetProperty("state").GetString(), summary.GetProperty("method").GetString(), summary.GetProperty("iterations").GetInt32(),
                summary.GetProperty("ofIterations").GetInt32(), summary.GetProperty("package").GetString(), summary.GetProperty("checkpoint").GetString()));
        Assert.InRange(summary.GetProperty("bestValidationDice").GetDouble(), 0, 1);
        var package = ModelPackage.Open(Path.Combine(folder, "model"));
        Assert.Equal(40, package.Manifest.Training.Iterations);
        Assert.Equal(["whole", "whole-flips", "window"], package.Manifest.Inference.ValidationDice.Keys.Order(StringComparer.Ordinal));
        var evaluation = PackageEvaluation.Read(Path.Combine(folder, "evaluation"))!;
        evaluation.RequireOf(package);
        Assert.Equal((2, "folds/0/validation.list"), (evaluation.Cases, evaluation.Set));
        Assert.Equal(CaseTable.Read(Path.Combine(folder, "evaluation")).Average(score => score.Largest.Dice), evaluation.Dice.Mean, 1e-5);
        Assert.Equal(evaluation.Dice.Mean, summary.GetProperty("evaluation").GetProperty("dice").GetProperty("mean").GetDouble());
    }

    private async Task Prepare()
    {
        await Succeed("phantom", "--output", Path.Combine(_folder, "raw"), "--labelled", "4", "--unlabelled", "2", "--validation", "0", "--size", "64", "64", "64");
        foreach (var number in (int[])[5, 6])
            File.Delete(Path.Combine(_folder, "raw", "labels", $"phantom-000{number}.nii.gz"));
        await Succeed("prepare", "--input", Path.Combine(_folder, "raw"), "--output", Path.Combine(_folder, "data"), "--folds", "2", "--no-timing");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "config.yaml"),
            """
            iterations: 40
            threads: 1
            precision: float32
            data: {folder: data}
            preprocessing: {spacingMm: [4, 4, 4]}
            network: {filters: 2, discriminatorFilters: 2}
            crops: {sizes: [[32, 16, 16]], labelled: 2, unlabelled: 1}
            run: {checkpointEvery: 10, validateEvery: 20}
            window: {patch: [16, 16, 16], stride: [8, 8, 8]}
            """,
            Cancelled);
    }

    private static async Task<string> Succeed(params string[] arguments)
    {
        var (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, arguments);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private JsonElement Summary(string run) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Sweep, run, "summary.json"))).RootElement;

    private IEnumerable<string> Cases(string run) => CaseTable.Read(Path.Combine(Sweep, run, "evaluation")).Select(score => score.Case);
}
