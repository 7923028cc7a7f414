using System.CommandLine;
using System.Globalization;
using CsvHelper;
using Sassnet.Model.Packages;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using SkiaSharp;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public sealed class CompareCommandTests : IDisposable
{
    private static readonly double[] VNet = [0.85, 0.79, 0.88, 0.70, 0.85, 0.81, 0.90, 0.76];
    private static readonly double[] Sassnet = [0.87, 0.83, 0.89, 0.78, 0.86, 0.80, 0.91, 0.82];
    private static readonly double[] CopyPaste = [0.88, 0.85, 0.91, 0.80, 0.88, 0.84, 0.90, 0.85];
    private static readonly ScoreStatistics Figures = new(0.9, null, null, 0.8);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-compare-").FullName;

    private string Output => Path.Combine(_folder, "comparison");

    [Fact]
    public async Task Three_runs_make_a_table_a_file_and_a_plot()
    {
        Assert.Equal(0, await Compare(WriteRun("vnet", VNet), WriteRun("sassnet", Sassnet), WriteRun("bcp", CopyPaste)));
        var table = await File.ReadAllTextAsync(Path.Combine(Output, "comparison.md"), TestContext.Current.CancellationToken);
        Assert.Contains("| vnet | 0.8175 (", table, StringComparison.Ordinal);
        Assert.Contains("| sassnet | 0.8450 (", table, StringComparison.Ordinal);

        Assert.Contains("| +0.0275 (+", table, StringComparison.Ordinal);
        Assert.Contains("| 7 / 1 |", table, StringComparison.Ordinal);
        using var plot = SKBitmap.Decode(Path.Combine(Output, "comparison.png"));
        Assert.InRange(plot.Width, 400, 2000);
        Assert.Equal(SKColors.White, plot.GetPixel(1, 1));
        Assert.True(plot.Pixels.Distinct().Count() > 100);
    }

    [Fact]
    public async Task The_file_of_figures_has_a_row_per_run_and_no_difference_for_the_first()
    {
        await Compare(WriteRun("vnet", VNet), WriteRun("sassnet, with a comma", Sassnet));
        using var csv = new CsvReader(new StreamReader(Path.Combine(Output, "comparison.csv")), CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        csv.Read();
        Assert.Equal(("vnet", "", ""), (csv.GetField("run"), csv.GetField("difference"), csv.GetField("p")));
        Assert.Equal(VNet.Average(), csv.GetField<double>("dice"), 1e-6);
        csv.Read();
        Assert.Equal("sassnet, with a comma", csv.GetField("run"));
        Assert.Equal(Sassnet.Average() - VNet.Average(), csv.GetField<double>("difference"), 1e-6);
        Assert.InRange(csv.GetField<double>("difference"), csv.GetField<double>("difference_low"), csv.GetField<double>("difference_high"));
        Assert.False(csv.Read());
    }

    [Fact]
    public async Task Where_a_run_found_nothing_in_a_case_the_table_says_that_its_distances_leave_it_out()
    {
        const string Note = "no distance: 95HD and ASD are means of a run's other cases";
        var (vnet, sassnet) = (WriteRun("vnet", VNet), WriteRun("sassnet", Sassnet));
        await Compare(vnet, sassnet);
        Assert.DoesNotContain(Note, await Table(), StringComparison.Ordinal);
        var missed = new MaskScore(0, 0, double.PositiveInfinity, double.PositiveInfinity, null, null, true);
        var scores = CaseTable.Read(sassnet);
        CaseTable.Write(sassnet, [scores[0] with { Largest = missed, All = missed }, .. scores.Skip(1)]);
        await Compare(vnet, sassnet);
        Assert.Contains(Note, await Table(), StringComparison.Ordinal);

        Task<string> Table() => File.ReadAllTextAsync(Path.Combine(Output, "comparison.md"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_run_whose_cases_are_all_empty_has_no_distances()
    {
        var missed = new MaskScore(0, 0, double.PositiveInfinity, double.PositiveInfinity, null, null, true);
        var (vnet, sassnet) = (WriteRun("vnet", VNet), WriteRun("sassnet", Sassnet));
        CaseTable.Write(sassnet, CaseTable.Read(sassnet).Select(score => score with { Largest = missed, All = missed }));
        await Compare(vnet, sassnet);
        var table = await File.ReadAllTextAsync(Path.Combine(Output, "comparison.md"), TestContext.Current.CancellationToken);
        Assert.Contains("| 0.0000 | 0.0000 | – | – | 8 |", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_folder_stands_for_the_evaluation_in_it()
    {
        WriteRun(Path.Combine("runs-vnet", "evaluation"), VNet);
        WriteRun(Path.Combine("runs-sassnet", "evaluation"), Sassnet);
        Assert.Equal(0, await Compare(Path.Combine(_folder, "runs-vnet"), Path.Combine(_folder, "runs-sassnet", "evaluation")));
        var table = await File.ReadAllTextAsync(Path.Combine(Output, "comparison.md"), TestContext.Current.CancellationToken);
        Assert.Contains("| runs-vnet |", table, StringComparison.Ordinal);
        Assert.Contains("| runs-sassnet |", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_on_other_cases_are_refused_by_the_names_of_the_cases()
    {
        var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare(WriteRun("vnet", VNet), WriteRun("sassnet", [.. Sassnet[..6], 0.9, 0.8, 0.7])));
        Assert.Contains("sassnet lacks none of vnet", error.Message, StringComparison.Ordinal);
        Assert.Contains("has case-8 that vnet has not", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task A_folder_without_an_evaluation_is_refused()
    {
        var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare(WriteRun("vnet", VNet), _folder));
        Assert.Contains("no cases.csv", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "two evaluations or more; got 1")]
    [InlineData(2, "given more than once")]
    public async Task A_run_alone_or_twice_is_refused(int times, string expected)
    {
        var run = WriteRun("vnet", VNet);
        var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare([.. Enumerable.Repeat(run, times)]));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "run/")]
    [InlineData("run", "run/evaluation")]
    [InlineData("run/evaluation/", "other/../run")]
    public async Task One_evaluation_that_is_named_in_two_ways_is_refused(string one, string other)
    {
        WriteRun(Path.Combine("run", "evaluation"), VNet);
        Directory.CreateDirectory(Path.Combine(_folder, "other"));
        var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare($"{_folder}/{one}", $"{_folder}/{other}"));
        Assert.Equal($"The evaluation '{_folder}/run/evaluation' is given more than once: '{_folder}/{one}', '{_folder}/{other}'.", error.Message);
    }

    [Fact]
    public async Task Only_a_sweep_has_a_place_for_its_comparison()
    {
        var command = CompareCommand.Create().Parse([WriteRun("vnet", VNet), WriteRun("bcp", CopyPaste)]);
        var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => command.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken));
        Assert.Contains("--output is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_labels_each_has_a_table_of_its_own()
    {
        var (vnet, sassnet) = (WriteLabels("vnet", 0.9, 0.5), WriteLabels("sassnet", 0.8, 0.6));
        Assert.Equal(0, await Compare(vnet, sassnet));
        foreach (var (name, expected) in ((string, string)[])[("comparison", "| vnet | 0.7000 ("), ("comparison-label-1", "−0.1000"), ("comparison-label-5", "+0.1000")])
        {
            var table = await File.ReadAllTextAsync(Path.Combine(Output, name + ".md"), TestContext.Current.CancellationToken);
            Assert.Contains("| sassnet | ", table, StringComparison.Ordinal);
            Assert.Contains(expected, table, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(Output, name + ".csv")) && File.Exists(Path.Combine(Output, name + ".png")));
        }
    }

    [Fact]
    public async Task Tables_of_labels_that_an_earlier_comparison_had_do_not_stay_beside_new_ones()
    {
        Assert.Equal(0, await Compare(WriteLabels("vnet", 0.9, 0.5), WriteLabels("sassnet", 0.8, 0.6)));
        var others = Path.Combine(Output, "comparison-label-one.md");
        await File.WriteAllTextAsync(others, "not a comparison's", TestContext.Current.CancellationToken);
        Assert.Equal(0, await Compare(WriteRun("one", [0.9, 0.8, 0.7]), WriteRun("two", [0.8, 0.7, 0.6])));
        Assert.Equal(["comparison-label-one.md", "comparison.csv", "comparison.md", "comparison.png"], Directory.EnumerateFiles(Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Evaluations_of_other_labels_are_refused_and_single_labels_compared_by_their_folders()
    {
        var (one, several) = (WriteRun("one", [0.9, 0.8, 0.7]), WriteLabels("several", 0.8, 0.6));
        var refused = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare(one, several));
        Assert.Equal(
            $"'{one}' is an evaluation of one label and '{several}' of the labels 1, 5; accepted: evaluations of the same labels. Single labels are compared by their folders, such as '{several}/label-1'.",
            refused.Message);
        Assert.False(Directory.Exists(Output));
        Assert.Equal(0, await Compare(one, Path.Combine(several, "label-1")));
    }

    [Theory]
    [InlineData("liver", "spleen", "spleen", "liver", false)]
    [InlineData("liver", "spleen", "Liver", "spleen", true)]
    [InlineData("liver", "spleen", null, null, true)]
    public async Task A_value_that_is_another_structure_in_another_evaluation_is_not_compared_with_it(string first, string second, string? otherFirst, string? otherSecond, bool isCompared)
    {
        var (vnet, sassnet) = (WriteLabels("vnet", 0.9, 0.5), WriteLabels("sassnet", 0.8, 0.6));
        WriteNames(vnet, first, second);
        WriteNames(sassnet, otherFirst, otherSecond);
        if (isCompared)
        {
            Assert.Equal(0, await Compare(vnet, sassnet));
            return;
        }

        var refused = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare(vnet, sassnet));
        Assert.Contains($"The label 1 is {first} in '{vnet}' and {otherFirst} in '{sassnet}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"'{vnet}/label-1'", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task The_names_of_two_evaluations_are_compared_though_the_first_of_three_has_none()
    {
        var (old, vnet, sassnet) = (WriteLabels("old", 0.7, 0.7), WriteLabels("vnet", 0.9, 0.5), WriteLabels("sassnet", 0.8, 0.6));
        WriteNames(vnet, "liver", "spleen");
        WriteNames(sassnet, "spleen", "liver");
        var refused = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare(old, vnet, sassnet));
        Assert.Contains($"The label 1 is liver in '{vnet}' and spleen in '{sassnet}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("liver", "spleen", false)]
    [InlineData("left atrium", "Left  Atrium", true)]
    [InlineData("left atrium", "leftatrium", true)]
    [InlineData("liver", null, true)]
    [InlineData(null, "liver", true)]
    [InlineData(null, null, true)]
    public async Task The_only_label_of_one_evaluation_is_not_compared_with_another_structure_of_another(string? name, string? other, bool isCompared)
    {
        var (vnet, sassnet) = (WriteRun("vnet", [0.9, 0.8, 0.7]), WriteRun("sassnet", [0.8, 0.7, 0.6]));
        WriteName(vnet, 1, name);
        WriteName(sassnet, 5, other);
        if (isCompared)
        {
            Assert.Equal(0, await Compare(vnet, sassnet));
            return;
        }

        var refused = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare(vnet, sassnet));
        Assert.Equal(
            $"'{vnet}' is an evaluation of the label 1 ({name}) and '{sassnet}' of the label 5 ({other}); accepted: evaluations of one structure, by the names in evaluation.json.",
            refused.Message);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task The_only_labels_of_two_evaluations_are_compared_by_name_though_the_first_of_three_has_none()
    {
        var (old, vnet, sassnet) = (WriteRun("old", [0.7, 0.7, 0.7]), WriteRun("vnet", [0.9, 0.8, 0.7]), WriteRun("sassnet", [0.8, 0.7, 0.6]));
        WriteName(vnet, 1, "liver");
        WriteName(sassnet, 1, "spleen");
        var refused = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare(old, vnet, sassnet));
        Assert.StartsWith($"'{vnet}' is an evaluation of the label 1 (liver) and '{sassnet}' of the label 1 (spleen); ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_of_one_of_several_labels_has_its_name_from_the_evaluation_that_it_lies_in()
    {
        var (several, liver) = (WriteLabels("several", 0.9, 0.5), WriteRun("liver", [0.8, 0.7, 0.6]));
        WriteNames(several, "liver", "spleen");
        WriteName(liver, 5, "liver");
        Assert.Equal(0, await Compare(Path.Combine(several, "label-1") + Path.DirectorySeparatorChar, liver));
        var refused = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Compare(Path.Combine(several, "label-5"), liver));
        Assert.StartsWith($"'{several}/label-5' is an evaluation of the label 5 (spleen) and '{liver}' of the label 5 (liver); ", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void WriteName(string folder, byte value, string? name) =>
        Evaluation([], name is null ? null : new MeasuredLabel(value, name)).Write(folder);

    private static void WriteNames(string folder, string? first, string? second)
    {
        Evaluation([Of(1, first), Of(5, second)], null).Write(folder);

        static LabelEvaluation Of(byte value, string? name) => new() { Value = value, Name = name, Empty = 0, Dice = Figures, Jaccard = Figures };
    }

    private static PackageEvaluation Evaluation(IReadOnlyList<LabelEvaluation> labels, MeasuredLabel? only) => new()
    {
        Package = "mine@1.0.0",
        Sha256 = new string('0', 64),
        Set = "validation.list",
        Cases = 3,
        Empty = 0,
        Inference = "window",
        Dice = Figures,
        Jaccard = Figures,
        Commit = "unknown",
        Label = only,
        Labels = labels.Count > 0 ? labels : null,
    };

    private Task<int> Compare(params string[] runs) => CompareCommand.Create().Parse([.. runs, "--output", Output]).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    private string WriteRun(string name, double[] dice)
    {
        var folder = Path.Combine(_folder, name);
        Evaluator.Write(folder, [.. dice.Select((value, i) => new CaseScore($"case-{i}", Score(value), Score(value - 0.01), 2))]);
        return folder;
    }

    private string WriteLabels(string name, double first, double second)
    {
        var folder = Path.Combine(_folder, name);
        var labels = new[] { first, second }.Select(dice => new CaseScore("case", Score(dice), Score(dice), 1)).ToList();
        Evaluator.Write(folder, [.. Enumerable.Range(0, 3).Select(number => CaseScore.MeanOf(labels) with
        {
            Case = $"case-{number}",
            Labels = [(1, labels[0] with { Case = $"case-{number}" }), (5, labels[1] with { Case = $"case-{number}" })],
        })]);
        return folder;
    }

    private static MaskScore Score(double dice) => new(dice, dice / (2 - dice), 20 * (1 - dice), 5 * (1 - dice), 12 * (1 - dice), 3 * (1 - dice), false);
}
