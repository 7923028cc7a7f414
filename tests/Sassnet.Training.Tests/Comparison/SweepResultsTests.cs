using System.CommandLine;
using System.Globalization;
using CsvHelper;
using Sassnet.Training.Commands;
using Sassnet.Training.Comparison;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Runs;
using Sassnet.Training.Sweeps;
using Xunit;

namespace Sassnet.Training.Tests.Comparison;

public sealed class SweepResultsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-results-").FullName;
    private readonly Sweep _sweep;

    public SweepResultsTests()
    {
        WriteList("labelled", "x y");
        WriteList("folds/0/labelled", "x y");
        WriteList("folds/0/validation", "a b");
        WriteList("folds/1/labelled", "x y");
        WriteList("folds/1/validation", "c d");

        File.WriteAllText(Path.Combine(_folder, "config.yaml"), "data: {folder: data}\n");
        _sweep = Write("sweep", new([MethodKind.VNet, MethodKind.VNetSdm], [1, 2], 2, []));
    }

    private string Output => Path.Combine(_folder, "sweep", "comparison");

    [Fact]
    public void Folds_are_pooled_seeds_averaged_case_by_case_and_their_spread_is_told()
    {
        Finish(_sweep);
        var group = Assert.Single(SweepResults.Read(SweepProgress.Read(_sweep)).Groups);
        Assert.Equal(0, group.Labels);
        Assert.Equal(["vnet", "vnet-sdm"], group.Methods.Select(method => method.Name));
        var vnet = group.Methods[0];
        Assert.Equal(["a", "b", "c", "d"], vnet.Scores.Select(score => score.Case));
        AssertClose([0.85, 0.7, 0.6, 0.5], vnet.Dice);
        AssertClose([0.65, 0.675], vnet.SeedDice);
        AssertClose([0.9, 0.75, 0.65, 0.55], group.Methods[1].Dice);
    }

    [Fact]
    public async Task The_command_writes_the_table_with_paired_differences_over_cases_and_the_deviation_over_seeds()
    {
        Finish(_sweep);
        Assert.Equal(0, await Compare(Path.Combine(_folder, "sweep")));
        var table = await File.ReadAllTextAsync(Path.Combine(Output, "comparison.md"), TestContext.Current.CancellationToken);
        Assert.Contains("| vnet | 0.6625 (", table, StringComparison.Ordinal);
        Assert.Contains("| ± 0.0177 (0.6500 to 0.6750, 2 seeds) | 0.5000 |", table, StringComparison.Ordinal);
        Assert.Contains("| +0.0500 (+0.0500 to +0.0500) | 4 / 0 |", table, StringComparison.Ordinal);
        Assert.DoesNotContain("Not in it", table, StringComparison.Ordinal);
        using var csv = new CsvReader(new StreamReader(Path.Combine(Output, "comparison.csv")), CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        csv.Read();
        Assert.Equal((2, 0.017678, 0.65), (csv.GetField<int>("seeds"), csv.GetField<double>("seed_deviation"), csv.GetField<double>("seed_lowest")));
        Assert.True(new FileInfo(Path.Combine(Output, "comparison.png")).Length > 1000);
    }

    [Fact]
    public async Task Runs_that_are_not_done_are_named_and_a_seed_without_all_of_its_folds_is_left_out()
    {
        Finish(_sweep);
        Directory.Delete(Folder("vnet-seed2-fold1"), recursive: true);
        WriteSummary("vnet-sdm-seed1-fold0", RunState.Stopped, iterations: 7);
        Assert.Equal(0, await Compare(Path.Combine(_folder, "sweep")));
        var table = await File.ReadAllTextAsync(Path.Combine(Output, "comparison.md"), TestContext.Current.CancellationToken);
        string[] expected =
        [
            "- vnet-seed2-fold1: not started\n", "- vnet, seed 2: left out, since 1 of its 2 folds is not done\n",
            "- vnet-sdm-seed1-fold0: stopped, 7 of 9 iterations saved\n", "- vnet-sdm, seed 1: left out", "| vnet | 0.6500 (", "| 1 seed |", "| vnet-sdm | 0.7250 (",
        ];
        Assert.All(expected, line => Assert.Contains(line, table, StringComparison.Ordinal));
    }

    [Fact]
    public void Seeds_that_are_not_extended_yet_as_others_of_their_method_are_named_and_left_out()
    {
        Finish(_sweep);

        // One fold is further than all others of its method, of which no seed is whole then.
        WriteSummary("vnet-seed2-fold0", RunState.Evaluated, iterations: 18, of: 18);
        var results = SweepResults.Read(SweepProgress.Read(_sweep));
        Assert.Equal(["vnet-sdm"], Assert.Single(results.Groups).Methods.Select(method => method.Name));
        const string Shorter = "measured after 9 iterations, and others of its method after 18; 'train --sweep --resume --set iterations=18' extends it";
        Assert.Equal(
            [$"vnet-seed1-fold0: {Shorter}", $"vnet-seed1-fold1: {Shorter}", $"vnet-seed2-fold1: {Shorter}", "vnet, seed 2: left out, since 1 of its 2 folds is not done"],
            results.Unfinished);

        WriteSummary("vnet-seed2-fold1", RunState.Evaluated, iterations: 18, of: 18);
        results = SweepResults.Read(SweepProgress.Read(_sweep));
        AssertClose([0.675], results.Groups[0].Methods[0].SeedDice);
        Assert.Equal([$"vnet-seed1-fold0: {Shorter}", $"vnet-seed1-fold1: {Shorter}"], results.Unfinished);

        // What is extended and not done yet leaves the others comparable.
        WriteSummary("vnet-seed2-fold0", RunState.Training, iterations: 12, of: 18);
        WriteSummary("vnet-seed2-fold1", RunState.Stopped, iterations: 12, of: 18);
        AssertClose([0.65], SweepResults.Read(SweepProgress.Read(_sweep)).Groups[0].Methods[0].SeedDice);
    }

    [Fact]
    public void A_sweep_of_which_nothing_is_done_is_told_run_by_run()
    {
        WriteSummary("vnet-seed1-fold0", RunState.Training, iterations: 0);
        WriteSummary("vnet-seed1-fold1", RunState.Trained, iterations: 9);
        WriteSummary("vnet-seed2-fold0", RunState.Failed, iterations: 4, failure: "Iteration 5 (a): no.");
        var error = Assert.Throws<InvalidConfigurationException>(() => SweepResults.Read(SweepProgress.Read(_sweep)));
        Assert.Contains("nothing to compare yet: vnet-seed1-fold0: begun, 0 of 9 iterations saved; vnet-seed1-fold1: trained, but not measured", error.Message, StringComparison.Ordinal);
        Assert.Contains("; vnet-seed2-fold0: failed, 4 of 9 iterations saved: Iteration 5 (a): no.; ", error.Message, StringComparison.Ordinal);
        Assert.Contains("vnet-sdm-seed2-fold1: not started", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_measured_on_other_cases_is_refused()
    {
        Finish(_sweep);
        Evaluate("vnet-sdm-seed1-fold0", ("a", 0.9), ("z", 0.8));
        Evaluate("vnet-sdm-seed2-fold0", ("a", 0.9), ("z", 0.8));
        Assert.Contains("vnet-sdm lacks b of vnet, and has z", Assert.Throws<InvalidConfigurationException>(() => SweepResults.Read(SweepProgress.Read(_sweep))).Message, StringComparison.Ordinal);
        Evaluate("vnet-sdm-seed2-fold0", ("a", 0.9), ("c", 0.8));
        Assert.Contains("on the case c more than once", Assert.Throws<InvalidConfigurationException>(() => SweepResults.Read(SweepProgress.Read(_sweep))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_number_of_labels_has_a_table_of_its_own()
    {
        var sweep = Write("labels", new([MethodKind.VNet, MethodKind.VNetSdm], [], 2, [1, 0]));
        Finish(sweep);
        Assert.Equal(0, await Compare(Path.Combine(_folder, "labels"), "--output", Output));
        foreach (var name in (string[])["comparison-1-labels", "comparison-all-labels"])
            Assert.Contains("| vnet-sdm | ", await File.ReadAllTextAsync(Path.Combine(Output, name + ".md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_one_number_of_labels_that_is_finished_is_named_and_has_the_table_that_it_keeps()
    {
        var sweep = Write("labels", new([MethodKind.VNet, MethodKind.VNetSdm], [], 2, [1, 0]));
        Finish(sweep, labels: 1);
        Assert.Equal(0, await Compare(Path.Combine(_folder, "labels"), "--output", Output));
        Assert.Equal(["comparison-1-labels.csv", "comparison-1-labels.md", "comparison-1-labels.png"], Directory.EnumerateFiles(Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_case_in_which_one_seed_found_nothing_counts_as_empty_and_has_no_distance()
    {
        var found = new MaskScore(0.8, 0.7, 4, 2, 3, 1, false);
        var nothing = new MaskScore(0, 0, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, true);
        var mean = CaseScore.MeanOf([new("a", found, found, 1), new("a", nothing, nothing, 0)]);
        Assert.Equal((0.4, true, double.PositiveInfinity), (mean.Largest.Dice, mean.Largest.Empty, mean.Largest.Hd95));
        Assert.Null(EvaluationSummary.Of([mean]).Hd95);
    }

    [Fact]
    public async Task A_sweep_of_several_labels_has_a_table_of_each()
    {
        Finish(_sweep);
        Assert.Empty(SweepProgress.Read(_sweep).MeasuredLabels());
        foreach (var run in _sweep.Runs)
        {
            var evaluation = Path.Combine(Folder(run.Name), "evaluation");
            IReadOnlyList<CaseScore> scores = CaseTable.Read(evaluation);
            Evaluator.Write(evaluation, [.. scores.Select(score => score with { Labels = [(1, score with { Largest = Score(0.9) }), (5, score with { Largest = Score(0.25) })] })]);
        }

        Assert.Equal([1, 5], SweepProgress.Read(_sweep).MeasuredLabels().Select(label => (int)label));
        Assert.Equal(0.25, Assert.Single(SweepResults.Read(SweepProgress.Read(_sweep), 5).Groups).Methods[0].Dice[0], 9);
        Assert.Equal(0, await Compare(Path.Combine(_folder, "sweep")));
        Assert.Contains("| vnet | 0.6625 (", await File.ReadAllTextAsync(Path.Combine(Output, "comparison.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("| vnet | 0.2500 (", await File.ReadAllTextAsync(Path.Combine(Output, "comparison-label-5.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_labels_that_the_sweep_has_no_more_are_removed_and_nothing_else()
    {
        Finish(_sweep);
        Directory.CreateDirectory(Output);
        foreach (var name in (string[])["comparison-label-5.md", "comparison-label-5.csv", "comparison-label-5.png", "comparison-label-5.txt", "notes-label-5.md"])
            await File.WriteAllTextAsync(Path.Combine(Output, name), "of an earlier comparison", TestContext.Current.CancellationToken);
        Assert.Equal(0, await Compare(Path.Combine(_folder, "sweep")));
        Assert.Equal(
            ["comparison-label-5.txt", "comparison.csv", "comparison.md", "comparison.png", "notes-label-5.md"],
            Directory.EnumerateFiles(Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_label_that_no_scan_of_a_fold_has_is_compared_on_the_cases_of_the_others()
    {
        Finish(_sweep);
        foreach (var run in _sweep.Runs)
        {
            var evaluation = Path.Combine(Folder(run.Name), "evaluation");
            IReadOnlyList<CaseScore> scores = CaseTable.Read(evaluation);
            Evaluator.Write(evaluation, [.. scores.Select(score => score with { Labels = run.Fold == 0 || score.Case == "d" ? [(1, score)] : [(1, score), (5, score with { Largest = Score(0.25) })] })]);
        }

        Assert.Equal([1, 5], SweepProgress.Read(_sweep).MeasuredLabels().Select(label => (int)label));
        Assert.Equal(["a", "b", "c", "d"], SweepResults.Read(SweepProgress.Read(_sweep), 1).Groups[0].Methods[0].Scores.Select(score => score.Case));
        Assert.All(Assert.Single(SweepResults.Read(SweepProgress.Read(_sweep), 5).Groups).Methods, method => Assert.Equal("c", Assert.Single(method.Scores).Case));
    }

    [Fact]
    public void A_run_that_is_gone_on_with_while_a_sweep_is_compared_stays_in_all_of_its_tables()
    {
        Finish(_sweep);
        foreach (var run in _sweep.Runs)
        {
            var evaluation = Path.Combine(Folder(run.Name), "evaluation");
            IReadOnlyList<CaseScore> scores = CaseTable.Read(evaluation);
            Evaluator.Write(evaluation, [.. scores.Select(score => score with { Labels = [(1, score), (5, score)] })]);
        }

        var progress = SweepProgress.Read(_sweep);
        WriteSummary("vnet-seed2-fold1", RunState.Training, iterations: 9);
        Assert.Equal([1, 5], progress.MeasuredLabels().Select(label => (int)label));
        foreach (var label in (byte?[])[null, 1, 5])
        {
            var results = SweepResults.Read(progress, label);
            Assert.Empty(results.Unfinished);
            AssertClose([0.65, 0.675], Assert.Single(results.Groups).Methods[0].SeedDice);
        }

        Assert.Equal(["vnet-seed2-fold1: begun, 9 of 9 iterations saved", "vnet, seed 2: left out, since 1 of its 2 folds is not done"], SweepResults.Read(SweepProgress.Read(_sweep)).Unfinished);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertClose(double[] expected, IEnumerable<double> actual) => Assert.Equal(expected, actual.Select(value => Math.Round(value, 9)));

    private static Task<int> Compare(params string[] arguments) => CompareCommand.Create().Parse(arguments).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    private Sweep Write(string name, SweepAxes axes) => Sweep.Write(Path.Combine(_folder, name), Path.Combine(_folder, "config.yaml"), [], axes);

    // vnet-sdm is better by 0.05 in every case; the second seed by 0.1 in the first one.
    private void Finish(Sweep sweep, int? labels = null)
    {
        foreach (var run in sweep.Runs.Where(run => labels is null || run.Labels == labels))
        {
            var better = run.Method == "vnet" ? 0 : 0.05;
            (string, double)[] cases = run.Fold == 0 ? [("b", 0.7), ("a", run.Seed == 2 ? 0.9 : 0.8)] : [("c", 0.6), ("d", 0.5)];
            WriteSummary(run.Name, RunState.Evaluated, iterations: 9, sweep);
            Evaluate(run.Name, sweep, [.. cases.Select(one => (one.Item1, one.Item2 + better))]);
        }
    }

    private string Folder(string run, Sweep? sweep = null) => Path.Combine((sweep ?? _sweep).Folder, run);

    private void WriteSummary(string run, RunState state, int iterations, Sweep? sweep = null, string? failure = null, int of = 9)
    {
        var folder = Folder(run, sweep);
        var opened = RunFolder.IsStarted(folder) ? RunFolder.Open(folder) : RunFolder.Create(folder, new TrainingOptions { Iterations = 9 });
        new RunOutcome(state, "vnet", iterations, of, null, null, null, Failure: failure).Write(opened);
    }

    private void Evaluate(string run, params (string Case, double Dice)[] cases) => Evaluate(run, _sweep, cases);

    private void Evaluate(string run, Sweep sweep, (string Case, double Dice)[] cases) =>
        Evaluator.Write(Path.Combine(Folder(run, sweep), "evaluation"), [.. cases.Select(one => new CaseScore(one.Case, Score(one.Dice), Score(one.Dice), 1))]);

    private static MaskScore Score(double dice) => new(dice, dice / (2 - dice), 20 * (1 - dice), 5 * (1 - dice), null, null, false);

    private void WriteList(string name, string cases)
    {
        var path = Path.Combine(_folder, "data", name + ".list");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, cases.Split(' '));
    }
}
