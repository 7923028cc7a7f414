using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>Scans that lack one of two structures, from training to what is published.</summary>
[Collection(OtherPrograms.Commands)]
public sealed class MissingStructureTests : IDisposable
{
    private static readonly string[] Two =
    [
        "--set", "labels=[{value: 1, name: left atrium}, {value: 2, name: left ventricle}]", "--set", "iterations=10", "--set", "network.dropout=0",
    ];

    private readonly PhantomTraining _training = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_training.Folder, "data");

    [Fact]
    public async Task It_is_learned_from_validated_and_measured_by_what_it_has()
    {
        await MakePhantoms("phantom-0110", "phantom-0114");
        var (exitCode, output, errors) = await _training.Train("run", [.. Two, "--evaluate"]);
        Assert.True(exitCode == 0, errors);
        Assert.Contains("WARNING 1 of 2 labelled scans has nothing of left ventricle: phantom-0110.", output, StringComparison.Ordinal);
        Assert.Contains("WARNING 1 of 2 validation scans has nothing of left ventricle: phantom-0114. Its Dice is the mean over the others.", output, StringComparison.Ordinal);
        Assert.Contains(_training.Metrics("run"), line => line.Contains("\"validationDice.1\":", StringComparison.Ordinal) && line.Contains("\"validationDice.2\":", StringComparison.Ordinal));
        Assert.DoesNotContain(_training.Metrics("run"), line => line.Contains("null", StringComparison.Ordinal));
        Assert.Matches(@"phantom-0114  Dice [\d.]+ \(1: [\d.]+, 2: not there", output);
        Assert.Contains("label 2 (left ventricle): 1 of 2 cases lacks it, and ", output, StringComparison.Ordinal);

        var run = Path.Combine(_training.Folder, "run");
        var manifest = ModelPackage.Open(Path.Combine(run, "model")).Manifest;
        Assert.InRange(manifest.Range!.LabelVolumesMl![1].Min, 0.1, manifest.Range.LabelVolumesMl[1].Max);

        var evaluation = Path.Combine(run, "evaluation");
        var (mean, atrium) = (CaseTable.Read(evaluation), CaseTable.Read(Path.Combine(evaluation, "label-1")));
        Assert.Equal(["phantom-0114", "phantom-0115"], mean.Select(score => score.Case));
        Assert.Equal(atrium[0].Largest, mean[0].Largest);
        Assert.Equal("phantom-0115", Assert.Single(CaseTable.Read(Path.Combine(evaluation, "label-2"))).Case);
        Assert.Equal((int?[])[null, 1], PackageEvaluation.Read(evaluation)!.Labels!.Select(label => label.Cases));

        // Measured again it has the same cases, so that the two are comparable label by label.
        var again = Path.Combine(_training.Folder, "again");
        (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, Measure("run", again));
        Assert.True(exitCode == 0, errors);
        Assert.Contains("1 of 2 cases has nothing of left ventricle: phantom-0114. What is not there is not scored.", output, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(evaluation, "label-2", "cases.csv"), Cancelled), await File.ReadAllTextAsync(Path.Combine(again, "label-2", "cases.csv"), Cancelled));
        (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, "compare", run, again, "--output", Path.Combine(_training.Folder, "comparison"));
        Assert.True(exitCode == 0, errors);
        Assert.True(File.Exists(Path.Combine(_training.Folder, "comparison", "comparison-label-2.md")));
    }

    [Fact]
    public async Task A_structure_that_no_validation_scan_has_is_learned_and_not_measured()
    {
        await MakePhantoms("phantom-0114", "phantom-0115");
        var (exitCode, output, errors) = await _training.Train("run", [.. Two, "--evaluate"]);
        Assert.True(exitCode == 0, errors);
        Assert.Contains("WARNING 2 of 2 validation scans have nothing of left ventricle: phantom-0114, phantom-0115. No Dice of it is measured.", output, StringComparison.Ordinal);
        Assert.Contains(_training.Metrics("run"), line => line.Contains("\"validationDice.1\":", StringComparison.Ordinal));
        Assert.DoesNotContain(_training.Metrics("run"), line => line.Contains("validationDice.2", StringComparison.Ordinal));
        Assert.Contains("label 2 (left ventricle): 2 of 2 cases lack it, and ", output, StringComparison.Ordinal);
        var evaluation = Path.Combine(_training.Folder, "run", "evaluation");
        Assert.Equal(1, Assert.Single(PackageEvaluation.Read(evaluation)!.Labels!).Value);
        Assert.False(Directory.Exists(Path.Combine(evaluation, "label-2")));

        // What cannot be measured is no reason to measure once more, and reaches no floor.
        (exitCode, output, errors) = await _training.Train("run", [.. Two, "--resume", "--evaluate"]);
        Assert.True(exitCode == 0, errors);
        Assert.Contains("measured already: ", output, StringComparison.Ordinal);
        (exitCode, _, errors) = await TrainingProcess.Run(Cancelled, "publish", "--run", Path.Combine(_training.Folder, "run"), "--models", Path.Combine(_training.Folder, "models"), "--min-dice", "0");
        Assert.Equal(1, exitCode);
        Assert.Contains("has 2 labels, and its evaluation.json has not the figures of each", errors, StringComparison.Ordinal);

        // The commands that measure a package measure what the run does, and say what they do not.
        const string Unmeasured = "WARNING No case has a voxel of left ventricle (value 2): no Dice of it is measured. Where label files have it under another value, name that with --label-values.";
        var again = Path.Combine(_training.Folder, "again");
        (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, Measure("run", again));
        Assert.True(exitCode == 0, errors);
        Assert.Contains("2 of 2 cases have nothing of left ventricle: phantom-0114, phantom-0115. What is not there is not scored.", output, StringComparison.Ordinal);
        Assert.Contains(Unmeasured, output, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(evaluation, "label-1", "cases.csv"), Cancelled), await File.ReadAllTextAsync(Path.Combine(again, "label-1", "cases.csv"), Cancelled));
        Assert.Equal(1, Assert.Single(PackageEvaluation.Read(again)!.Labels!).Value);
        (exitCode, output, errors) = await TrainingProcess.Run(Cancelled, ["robustness", .. Measure("run", Path.Combine(_training.Folder, "robustness"))[1..]]);
        Assert.True(exitCode == 0, errors);
        Assert.Contains(Unmeasured, output, StringComparison.Ordinal);
        Assert.Contains("Left out, since nothing of left ventricle lies in them: as it is: 2, ", output, StringComparison.Ordinal);
        Assert.Contains("| as it is | left atrium | 2 | ", output, StringComparison.Ordinal);
    }

    public void Dispose() => _training.Dispose();

    // Two scans with labels, two without and two for validation, all with atrium and ventricle but for those that are named.
    private async Task MakePhantoms(params string[] withoutVentricle)
    {
        await PhantomFiles.Write(Data, "--labelled", "2", "--unlabelled", "2", "--validation", "2", "--ventricle", "--seed", "110");
        var scans = new RawScans(Data);
        foreach (var name in withoutVentricle)
            scans.ChangeLabel(name, label => new LabelMap(label.Size, Array.ConvertAll(label.Labels, value => value == 2 ? (byte)0 : value), label.Affine));
    }

    private string[] Measure(string run, string output) =>
        ["evaluate", "--model", Path.Combine(_training.Folder, run, "model"), "--data", Data, "--list", "validation.list", "--output", output];
}
