using System.Text.Json;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Xunit;

namespace Sassnet.Training.Tests.Evaluation;

public sealed class EvaluationFilesTests : IDisposable
{
    private static readonly MaskScore Missed = new(0, 0, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, true);

    private static readonly CaseScore[] Scores =
    [
        new("a", new(0.9, 0.8, 4, 1, 2.5, 0.6, false), new(0.7, 0.6, 9, 2, 5.5, 1.2, false), 3) { HeadAgreement = 0.96, Warnings = "voxel-size" },
        new("b, with a \"comma\"", new(0.6, 0.5, 8, 3, null, null, false), new(0.6, 0.5, 8, 3, null, null, false), 1) { HeadAgreement = 0.75, Warnings = "" },
        new("c", Missed, Missed, 0) { Warnings = "empty-result cut-by-border" },
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-evaluation-").FullName;

    [Fact]
    public void The_summary_has_means_over_cases_and_counts_no_empty_prediction_as_good()
    {
        var summary = EvaluationSummary.Of(Scores);
        Assert.Equal((0.5, 3, 1), (Math.Round(summary.Dice, 9), summary.Cases, summary.Empty));
        Assert.Equal((6, 2), (summary.Hd95, summary.Asd));
        Assert.Equal((2.5, 0.6), (summary.Hd95Mm, summary.AsdMm));
        Assert.Equal(1.3 / 3, summary.AllComponents.Dice, 9);
        Assert.Equal(8.5, summary.AllComponents.Hd95);
        Assert.InRange(summary.Dice, summary.Intervals.Dice!.Low, summary.Intervals.Dice.High);
        Assert.Null(summary.Intervals.Hd95Mm);
    }

    [Fact]
    public void Where_nothing_was_predicted_there_is_no_distance()
    {
        var summary = EvaluationSummary.Of([Scores[2]]);
        Assert.Equal((0, 1, 1), (summary.Dice, summary.Cases, summary.Empty));
        Assert.Null(summary.Hd95);
    }

    [Fact]
    public void The_summarys_file_has_the_names_that_others_read()
    {
        Evaluator.Write(_folder, Scores);
        var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "summary.json"))).RootElement;
        Assert.Equal(0.5, summary.GetProperty("dice").GetDouble(), 9);
        Assert.Equal(1.3 / 3, summary.GetProperty("jaccard").GetDouble(), 9);
        Assert.Equal(6, summary.GetProperty("hd95").GetDouble());
        Assert.Equal(2, summary.GetProperty("asd").GetDouble());
        Assert.Equal(3, summary.GetProperty("cases").GetInt32());
        Assert.Equal(1, summary.GetProperty("empty").GetInt32());
        Assert.Equal(2.5, summary.GetProperty("hd95Mm").GetDouble());
        Assert.True(summary.GetProperty("intervals").GetProperty("dice").GetProperty("low").GetDouble() < 0.5);
        Assert.Equal(1.3 / 3, summary.GetProperty("allComponents").GetProperty("dice").GetDouble(), 9);

        // The case without a prediction has no agreement, and two are too few for a correlation.
        var agreement = summary.GetProperty("headAgreement");
        Assert.Equal((2, 1, 0.85), (agreement.GetProperty("cases").GetInt32(), agreement.GetProperty("bad").GetInt32(), agreement.GetProperty("badBelow").GetDouble()));
        Assert.Equal(1, agreement.GetProperty("auc").GetDouble());
        Assert.Equal(JsonValueKind.Null, agreement.GetProperty("spearman").ValueKind);
        Assert.Equal([2, 1, 1, 1], summary.GetProperty("warnings").EnumerateObject().Select(member => member.Value.GetInt32()));
    }

    [Fact]
    public void Of_several_labels_a_case_is_as_bad_as_its_worst_and_each_label_is_held_against_its_own_warnings()
    {
        // The mean of the first is 0.88: by that the right alarm about its third label would be a false one.
        CaseScore[] scores =
        [
            OfLabels("a", "low-agreement", 0.6, (0.97, 0.95, ""), (0.97, 0.95, ""), (0.7, 0.6, "low-agreement")),
            OfLabels("b", "", 0.94, (0.95, 0.96, ""), (0.96, 0.95, ""), (0.93, 0.94, "")),
        ];
        var summary = Evaluator.Write(_folder, scores);
        Assert.Equal((2, 1, 1), (summary.HeadAgreement.Cases, summary.HeadAgreement.Bad, summary.HeadAgreement.Auc));
        Assert.Equal([1, 1, 1, 0], Warnings("."));
        Assert.Equal("A warning came with 1 of the 1 segmentation with a Dice of the worst label below 0.85, and with 0 of the 1 other.", summary.Warnings.Sentence());
        Assert.Contains("low agreement tells the 1 with a Dice of the worst label below 0.85 from the others", summary.HeadAgreement.Sentence(), StringComparison.Ordinal);

        // Measured into the same folder by a package of fewer labels, nothing of the others is left.
        Evaluator.Write(_folder, [scores[0] with { Labels = scores[0].Labels.Take(2).ToList() }, scores[1] with { Labels = scores[1].Labels.Take(2).ToList() }]);
        Assert.Equal(["label-1", "label-2"], Directory.EnumerateDirectories(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Evaluator.Write(_folder, scores);
        Assert.Equal([0, 0, 2, 0], Warnings("label-1"));
        Assert.Equal([0, 0, 2, 0], Warnings("label-2"));
        Assert.Equal([1, 1, 1, 0], Warnings("label-3"));

        int[] Warnings(string folder)
        {
            using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, folder, "summary.json")));
            return [.. file.RootElement.GetProperty("warnings").EnumerateObject().Select(member => member.Value.GetInt32())];
        }
    }

    [Fact]
    public void A_case_in_which_both_answers_miss_one_of_several_labels_is_not_held_against_the_agreement_of_the_others()
    {
        // Of the second nothing is found in either answer: the first one's agreement of 0.96 is none of a case with a Dice of 0.
        CaseScore[] scores =
        [
            OfLabels("a", "", 0.96, (0.95, 0.96, ""), (0, null, "")),
            OfLabels("b", "", 0.94, (0.95, 0.96, ""), (0.93, 0.94, "")),
            OfLabels("c", "", 0.6, (0.95, 0.96, ""), (0.7, 0.6, "")),
        ];
        var summary = Evaluator.Write(_folder, scores);
        Assert.Equal((2, 1, 1), (summary.HeadAgreement.Cases, summary.HeadAgreement.Bad, summary.HeadAgreement.Auc));
        Assert.Equal(0.96, CaseTable.Read(_folder)[0].HeadAgreement);
        Assert.Equal((3, 2), (Cases("label-1"), Cases("label-2")));

        // One that the case lacks is not among its labels.
        Assert.Equal(0.9, (scores[1] with { HeadAgreement = 0.9, Labels = [.. scores[1].Labels.Take(1)], Absent = [(2, 0)] }).JudgedAgreement);

        int Cases(string folder)
        {
            using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, folder, "summary.json")));
            return file.RootElement.GetProperty("headAgreement").GetProperty("cases").GetInt32();
        }
    }

    [Fact]
    public void A_label_has_the_cases_that_have_it_and_the_summary_says_what_was_found_of_it_in_the_others()
    {
        var scored = new MaskScore(0.9, 0.8, 1, 1, null, null, false);
        var one = new CaseScore("a", scored, scored, 1);
        CaseScore[] scores =
        [
            one with { Labels = [(1, one)], Absent = [(5, 0), (2, 0)] },
            one with { Case = "b", Labels = [(1, one with { Case = "b" }), (5, one with { Case = "b" })], Absent = [(2, 0)] },
            one with { Case = "c", Labels = [(1, one with { Case = "c" })], Absent = [(5, 812), (2, 0)] },
        ];
        var summary = Evaluator.Write(_folder, scores);
        Assert.Equal([new AbsentLabel(2, 3, 0, 0), new AbsentLabel(5, 2, 1, 812)], summary.Absent);
        Assert.Equal(["a", "b", "c"], CaseTable.Read(Path.Combine(_folder, "label-1")).Select(score => score.Case));
        Assert.Equal("b", Assert.Single(CaseTable.Read(Path.Combine(_folder, "label-5"))).Case);
        Assert.False(Directory.Exists(Path.Combine(_folder, "label-2")));

        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "summary.json")));
        var absent = file.RootElement.GetProperty("absent")[1];
        Assert.Equal((5, 2, 1, 812), (absent.GetProperty("label").GetInt32(), absent.GetProperty("cases").GetInt32(), absent.GetProperty("found").GetInt32(), absent.GetProperty("mostVoxels").GetInt32()));
        Assert.DoesNotContain("absent", File.ReadAllText(Path.Combine(_folder, "label-5", "summary.json")), StringComparison.Ordinal);

        // Where each case has all, as where there is one label, nothing is said.
        Evaluator.Write(_folder, Scores);
        Assert.DoesNotContain("absent", File.ReadAllText(Path.Combine(_folder, "summary.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_label_that_is_no_longer_measured_its_figures_are_taken_away_and_nothing_that_others_have_put_there()
    {
        Evaluator.Write(_folder, [Scores[0] with { Labels = [(1, Scores[0]), (2, Scores[0])] }]);
        string[] others = [Path.Combine(_folder, "label-2", "notes.txt"), Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "label-3")).FullName, "scan.nii.gz")];
        foreach (var path in others)
            File.WriteAllText(path, "of others");
        Assert.Equal((byte[])[1, 2], LabelFolder.In(_folder));
        Evaluator.Write(_folder, Scores);
        Assert.Equal(others, Directory.EnumerateDirectories(_folder).SelectMany(path => Directory.EnumerateFiles(path)).Order(StringComparer.Ordinal));
        Assert.Empty(LabelFolder.In(_folder));
        Assert.False(Directory.Exists(Path.Combine(_folder, "label-1")));
    }

    [Fact]
    public void The_table_of_cases_comes_back_as_it_was_written()
    {
        Evaluator.Write(_folder, Scores);
        Assert.Equal(Scores, CaseTable.Read(_folder));
        Assert.StartsWith("case,dice,jaccard,hd95,asd,empty,", File.ReadAllText(Path.Combine(_folder, "cases.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_an_earlier_version_has_no_agreement_and_no_warnings()
    {
        File.WriteAllText(Path.Combine(_folder, "cases.csv"), "case,dice,jaccard,hd95,asd,empty,hd95_mm,asd_mm,components,all_dice,all_jaccard,all_hd95,all_asd,all_hd95_mm,all_asd_mm\na,1,1,0,0,0,,,1,1,1,0,0,,\n");
        var score = Assert.Single(CaseTable.Read(_folder));
        Assert.Null(score.HeadAgreement);
        Assert.Null(score.Warnings);
        Assert.Equal(new WarningCalibration(0, 0, 0, 0), EvaluationSummary.Of([score]).Warnings);
    }

    [Theory]
    [InlineData("case,dice\na,0.5\n", "line 2")]
    [InlineData("case,dice,jaccard,hd95,asd,empty,hd95_mm,asd_mm,components,all_dice,all_jaccard,all_hd95,all_asd,all_hd95_mm,all_asd_mm\na,good,1,1,1,0,,,1,1,1,1,1,,\n", "line 2")]
    [InlineData("case,dice,jaccard,hd95,asd,empty,hd95_mm,asd_mm,components,all_dice,all_jaccard,all_hd95,all_asd,all_hd95_mm,all_asd_mm\n", "no case")]
    [InlineData("case,dice,jaccard,hd95,asd,empty,hd95_mm,asd_mm,components,all_dice,all_jaccard,all_hd95,all_asd,all_hd95_mm,all_asd_mm\na,NaN,1,1,1,0,,,1,1,1,1,1,,\n", "NaN as dice at line 2")]
    [InlineData("case,dice,jaccard,hd95,asd,empty,hd95_mm,asd_mm,components,all_dice,all_jaccard,all_hd95,all_asd,all_hd95_mm,all_asd_mm\na,1,1,1,1,0,,,1,1,1,-1,1,,\n", "-1 as all_hd95 at line 2")]
    [InlineData("", "line")]
    public void A_table_that_cannot_be_read_is_named_with_its_line(string content, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "cases.csv"), content);
        var error = Assert.Throws<InvalidConfigurationException>(() => CaseTable.Read(_folder));
        Assert.Contains("cases.csv", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_with_a_case_twice_is_refused()
    {
        CaseTable.Write(_folder, [Scores[0], Scores[0]]);
        Assert.Contains("a more than once", Assert.Throws<InvalidConfigurationException>(() => CaseTable.Read(_folder)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CaseScore OfLabels(string name, string warnings, double agreement, params (double Dice, double? Agreement, string Warnings)[] labels)
    {
        List<(byte, CaseScore)> each = [.. labels.Select((one, index) => ((byte)(index + 1), Of(name, one.Dice, one.Agreement, one.Warnings)))];
        return Of(name, labels.Average(one => one.Dice), agreement, warnings) with { Labels = each };
    }

    private static CaseScore Of(string name, double dice, double? agreement, string warnings)
    {
        var score = new MaskScore(dice, dice, 1, 1, null, null, false);
        return new CaseScore(name, score, score, 1) { HeadAgreement = agreement, Warnings = warnings };
    }
}
