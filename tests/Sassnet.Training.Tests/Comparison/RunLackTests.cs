using Sassnet.Model.Packages;
using Sassnet.Training.Comparison;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Comparison;

/// <summary>Runs that are compared by their folders, and have gone on since they were measured or not.</summary>
public sealed class RunLackTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-lack-").FullName;

    private string Other => Path.Combine(_folder, "other");

    [Theory]
    [InlineData(RunState.Training, 6, "begun, 6 of 9 iterations saved")]
    [InlineData(RunState.Stopped, 7, "stopped, 7 of 9 iterations saved")]
    [InlineData(RunState.Failed, 8, "failed, 8 of 9 iterations saved: no room")]
    [InlineData(RunState.Trained, 9, "trained, but not measured; 'train --resume --evaluate' does it")]
    public void A_run_that_has_gone_on_since_it_was_measured_is_refused_and_its_evaluation_by_itself_is_compared(RunState state, int iterations, string lack)
    {
        var run = Measured(iterations: 6);
        Say(run, RunState.Evaluated, iterations: 6, of: 6);
        Assert.Equal(["run", "other"], EvaluatedRun.OpenAll([run.Path, Other]).Select(one => one.Name));

        if (iterations > 6)
            Save(run, iterations);
        Say(run, state, iterations, of: 9);
        foreach (var folders in (string[][])[[run.Path, Other], [Other, run.Path]])
        {
            var failure = Assert.Throws<InvalidConfigurationException>(() => EvaluatedRun.OpenAll(folders));
            Assert.Equal($"The run '{run.Path}' is not measured as it is now ({lack}); accepted: one that is, or '{run.EvaluationFolder}', what was measured of it before, by itself.", failure.Message);
        }

        Assert.Equal(["run", "other"], EvaluatedRun.OpenAll([run.EvaluationFolder, Other]).Select(one => one.Name));
    }

    [Fact]
    public void A_run_that_export_and_evaluate_measured_is_compared_as_long_as_its_package_is_of_it_as_it_is()
    {
        var run = Measured(iterations: 6);
        Say(run, RunState.Trained, iterations: 6, of: 6);
        Assert.Equal(2, EvaluatedRun.OpenAll([run.Path, Other]).Count);

        (PackageEvaluation.Read(run.EvaluationFolder)! with { Sha256 = new string('0', 64) }).Write(run.EvaluationFolder);
        Assert.Throws<InvalidConfigurationException>(() => EvaluatedRun.OpenAll([run.Path, Other]));
        File.Delete(Path.Combine(run.EvaluationFolder, PackageEvaluation.FileName));
        Assert.Throws<InvalidConfigurationException>(() => EvaluatedRun.OpenAll([run.Path, Other]));
    }

    [Fact]
    public void A_run_of_an_earlier_version_that_does_not_say_how_far_it_is_is_compared()
    {
        var run = Measured(iterations: 6);
        Assert.Equal(2, EvaluatedRun.OpenAll([run.Path, Other]).Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Say(RunFolder run, RunState state, int iterations, int of) =>
        new RunOutcome(state, "vnet", iterations, of, null, null, null, Failure: state == RunState.Failed ? "no room" : null).Write(run);

    private static void Save(RunFolder run, int iterations)
    {
        manual_seed(iterations);
        using var method = TrainingMethod.Create(TrainingOptionsFile.Read(run.ConfigFile), ScalarType.Float32, CPU);
        Checkpoint.Save(run.CheckpointAt(iterations), method, new CheckpointMetadata(iterations, 4, 0));
    }

    // A run with the package of its newest checkpoint and an evaluation of that; and another evaluation of the same cases.
    private RunFolder Measured(int iterations)
    {
        var run = RunFolder.Create(Path.Combine(_folder, "run"), new TrainingOptions { Method = MethodKind.VNet, Network = new() { Filters = 2 } });
        Save(run, iterations);
        var package = RunPackage.Write(run, new FileInfo(run.CheckpointAt(iterations)), run.ModelFolder);
        var mask = new MaskScore(0.9, 0.9 / 1.1, 2, 0.5, null, null, false);
        CaseScore[] cases = [new("case-0", mask, mask, 1), new("case-1", mask, mask, 1)];
        Evaluator.Write(run.EvaluationFolder, cases);
        Evaluator.Write(Other, cases);
        var score = new ScoreStatistics(0.9, null, null, 0.8);
        new PackageEvaluation
        {
            Package = package.Identifier,
            Sha256 = package.Manifest.Sha256,
            Set = "validation.list",
            Cases = 2,
            Empty = 0,
            Inference = "window",
            Dice = score,
            Jaccard = score,
            Commit = "unknown",
        }.Write(run.EvaluationFolder);
        return run;
    }
}
