using System.Text.Json;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Tests.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>Files with something odd that are used all the same: what the commands say of them, and who is told.</summary>
public sealed class OddFileTests : IDisposable
{
    private const string Placed = "The image: qform and sform place the volume differently; the sform is used.";
    private const string Unscaled = "The label: scl_slope is NaN, not a number to scale by; the stored values are used as they are.";

    private readonly PhantomTraining _training = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_training.Folder, "data");

    [Fact]
    public async Task A_training_says_of_each_file_once_what_is_odd_and_measures_with_it()
    {
        await _training.MakePhantoms();
        var (labelled, unlabelled, validation) = (First("labelled.list"), First("unlabelled.list"), First("validation.list"));
        var scans = new RawScans(Data);
        foreach (var name in (string[])[labelled, unlabelled, validation])
            scans.MoveQform(Path.Combine("images", name + ".nii.gz"));
        scans.SpoilScaling(Path.Combine("labels", labelled + ".nii.gz"));
        var (exitCode, output, errors) = await _training.Train("run", "--set", "iterations=10", "--evaluate");
        Assert.True(exitCode == 0, errors);
        Assert.Equal(
            [$"WARNING {labelled}: {Placed}", $"WARNING {labelled}: {Unscaled}", $"WARNING {unlabelled}: {Placed}", $"WARNING {validation}: {Placed}"],
            Warnings(output).Where(line => line.StartsWith("WARNING phantom-", StringComparison.Ordinal)));
        var score = Assert.Single(CaseTable.Read(Path.Combine(_training.Folder, "run", "evaluation")));
        Assert.StartsWith("qform-differs", score.Warnings, StringComparison.Ordinal);

        string First(string list) => File.ReadLines(Path.Combine(Data, list)).First();
    }

    [Fact]
    public async Task An_evaluation_has_what_is_odd_about_a_scans_file_in_its_figures_and_says_what_is_odd_about_a_labels()
    {
        var folder = Path.Combine(_training.Folder, "evaluation");
        Assert.Equal([$"WARNING odd: {Placed}", $"WARNING odd: {Unscaled}"], Warnings(await Measure("evaluate", folder)));

        // Their voxels are the same, and so is what is said of the result.
        var scores = CaseTable.Read(folder);
        Assert.Equal(["clean", "odd"], scores.Select(score => score.Case));
        Assert.Equal(scores[0].Largest, scores[1].Largest);
        Assert.DoesNotContain("qform-differs", scores[0].Warnings, StringComparison.Ordinal);
        Assert.Equal($"qform-differs {scores[0].Warnings}".TrimEnd(), scores[1].Warnings);
        using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "summary.json"), Cancelled));
        var warnings = summary.RootElement.GetProperty("warnings");
        Assert.Equal(scores.Count(score => score.Warnings is not ""), warnings.GetProperty("badWarned").GetInt32() + warnings.GetProperty("othersWarned").GetInt32());
    }

    [Fact]
    public async Task Each_copy_of_a_scan_has_what_is_odd_about_its_file()
    {
        var folder = Path.Combine(_training.Folder, "robustness");
        Assert.Equal([$"WARNING odd: {Placed}", $"WARNING odd: {Unscaled}"], Warnings(await Measure("robustness", folder)));

        // The last column, of errors, is empty: all were segmented.
        var copies = File.ReadLines(Path.Combine(folder, "robustness.csv")).Skip(1).ToLookup(line => line.Contains(",odd,", StringComparison.Ordinal), line => line.Split(',')[^2]);
        Assert.Equal(copies[false].Select(warnings => $"qform-differs {warnings}".TrimEnd()), copies[true]);
        Assert.All(copies[false], warnings => Assert.DoesNotContain("qform-differs", warnings, StringComparison.Ordinal));
        Assert.NotEmpty(copies[false]);
    }

    public void Dispose() => _training.Dispose();

    private static IEnumerable<string> Warnings(string output) => output.Split('\n').Where(line => line.StartsWith("WARNING ", StringComparison.Ordinal));

    // What a command prints that measures the bundled phantom's package on the same scan twice, the second time in odd files.
    private async Task<string> Measure(string command, string folder)
    {
        var scans = new RawScans(Data);
        var (image, label) = PhantomGenerator.Generate(903, new PhantomOptions { Grid = new GridSize(64, 64, 40), VoxelSize = new VoxelSize(2, 2, 2), MaxShift = 0.05 });
        foreach (var name in (string[])["clean", "odd"])
        {
            scans.Write(Path.Combine("images", name + ".nii.gz"), image);
            scans.Write(Path.Combine("labels", name + ".nii.gz"), label);
        }

        scans.MoveQform(Path.Combine("images", "odd.nii.gz"));
        scans.SpoilScaling(Path.Combine("labels", "odd.nii.gz"));
        scans.Write("all.list", "clean\nodd\n");
        var package = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");
        var (exitCode, output, errors) = await TrainingProcess.Run(
            Cancelled, command, "--model", package, "--data", Data, "--list", "all.list", "--output", folder, "--device", "cpu");
        Assert.True(exitCode == 0, errors);
        return output;
    }
}
