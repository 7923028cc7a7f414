using System.Globalization;
using CsvHelper;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Robustness;
using Xunit;

namespace Sassnet.Training.Tests.Robustness;

public sealed class RobustnessReportTests
{
    private static readonly IReadOnlyList<ScanCopy> Copies = ScanCopies.Of(new GridSize(112, 104, 88), new VoxelSize(0.625, 0.625, 0.625), Normalisation.RobustZScore).Made;

    private static readonly CopyScore[] Scores =
    [
        Score(0, 0.9, 0.95),
        Score(1, 0.5, 0.4, "low-agreement many-components"),
        Score(2, 0.6, 0.75),
        new(Copies[3], "a", new MaskScore(0, 0, double.PositiveInfinity, double.PositiveInfinity, null, null, true), null, "empty-result"),
    ];

    [Fact]
    public void Every_row_has_the_agreement_of_the_networks_two_answers_where_there_is_one_and_the_warnings()
    {
        var lines = RobustnessReport.Csv(new(Scores)).Split('\n');
        Assert.Equal("kind,copy,case,dice,hd95,empty,head_agreement,warnings,error", lines[0]);
        Assert.Equal("as it is,as it is,a,0.900000,2.0000,0,0.950000,,", lines[1]);
        Assert.EndsWith(",a,0.000000,Infinity,1,,empty-result,", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void A_comma_in_the_name_of_a_case_or_of_a_copy_begins_no_column()
    {
        using var csv = new CsvReader(new StringReader(RobustnessReport.Csv(new([Score(10, 0.9, 0.95) with { Case = "Smith, J" }]))), CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        csv.Read();
        Assert.Equal(("20, 0, 0 voxels", "Smith, J", "0.900000"), (csv.GetField("copy"), csv.GetField("case"), csv.GetField("dice")));
    }

    [Fact]
    public void The_summary_says_how_well_it_finds_the_bad_copies()
    {
        var lines = RobustnessReport.Markdown(new(Scores), ["atrium"]).Split('\n');
        Assert.Equal(["| copies | scans | mean Dice | worst |", "|---|---|---|---|", "| as it is | 1 | 0.900 | 0.900 |", "| rescaled | 3 | 0.367 | 0.000 |", ""], lines[..5]);
        Assert.Equal(
            "Agreement of the network's two answers in 3 segmentations: its rank correlation with Dice is 1.00 (Spearman); "
                + "low agreement tells the 2 with a Dice below 0.85 from the others with an AUC of 1.00.",
            lines[5]);
        Assert.Equal("A warning came with 2 of the 3 segmentations with a Dice below 0.85, and with 0 of the 1 other.", lines[7]);
    }

    [Fact]
    public void The_summary_names_the_copies_that_have_nothing_of_the_label()
    {
        var lines = RobustnessReport.Markdown(new(Scores) { Missing = [("the label", Copies[14]), ("the label", Copies[15]), ("the label", Copies[16])] }, ["atrium"]).Split('\n');
        Assert.Equal(["| rescaled | 3 | 0.367 | 0.000 |", "", "Left out, since nothing of the label lies in them: shifted: 2, cropped: 1.", ""], lines[3..7]);
    }

    [Fact]
    public void The_summary_names_the_copies_that_were_not_made_and_says_why()
    {
        UnmadeCopy[] unmade = [new(Copies[1], "nobody sends it"), new(Copies[5], "it is so already"), new(Copies[2], "nobody sends it")];
        var lines = RobustnessReport.Markdown(new(Scores) { Unmade = unmade, Missing = [("the label", Copies[16])] }, ["atrium"]).Split('\n');
        Assert.Equal(
            [
                "",
                "Not made, since nobody sends it: rescaled: 2.",
                "",
                "Not made, since it is so already: resampled: 1.",
                "",
                "Left out, since nothing of the label lies in them: cropped: 1.",
                "",
            ],
            lines[4..11]);
    }

    [Fact]
    public void Of_several_labels_each_has_a_row_and_its_name()
    {
        var lines = RobustnessReport.Csv(new([Labelled(0, ("atrium", 0.9), ("ventricle, left", 0.5)), Labelled(1, ("ventricle, left", 0.7))])).Split('\n');
        Assert.Equal(
            [
                "kind,copy,case,label,dice,hd95,empty,head_agreement,warnings,error",
                "as it is,as it is,a,atrium,0.900000,2.0000,0,0.900000,,",
                "as it is,as it is,a,\"ventricle, left\",0.500000,2.0000,0,0.500000,,",
                "rescaled,x 0.1 + 0,a,\"ventricle, left\",0.700000,2.0000,0,0.700000,,",
                "",
            ],
            lines);
    }

    [Fact]
    public void A_copy_that_could_not_be_segmented_has_a_row_with_the_error_and_enters_no_figure()
    {
        var findings = new RobustnessFindings(Scores) { Refused = [new(Copies[10], "b", [], "none lies within 100 to 300, the window"), new(Copies[16], "b", [], "too large")] };
        var lines = RobustnessReport.Csv(findings).Split('\n');
        Assert.Equal(["shifted,\"20, 0, 0 voxels\",b,,,,,,\"none lies within 100 to 300, the window\"", "cropped,-10 voxels,b,,,,,,too large", ""], lines[5..]);
        Assert.Equal(RobustnessReport.Csv(new(Scores)).Split('\n')[..5], lines[..5]);

        var summary = RobustnessReport.Markdown(findings, ["atrium"]);
        Assert.Equal(
            RobustnessReport.Markdown(new(Scores), ["atrium"]),
            summary.Replace("\nNot segmented, for what robustness.csv says under error, and in no figure here: shifted: 1, cropped: 1.\n", "", StringComparison.Ordinal));
        Assert.Contains("Not segmented", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_labels_a_copy_that_could_not_be_segmented_has_a_row_of_each_that_lies_in_it()
    {
        var findings = new RobustnessFindings([]) { Refused = [new(Copies[0], "b", ["atrium", "ventricle"], "too large")] };
        Assert.Equal(
            ["kind,copy,case,label,dice,hd95,empty,head_agreement,warnings,error", "as it is,as it is,b,atrium,,,,,,too large", "as it is,as it is,b,ventricle,,,,,,too large", ""],
            RobustnessReport.Csv(findings).Split('\n'));
        Assert.Contains("\n\nNot segmented, for what robustness.csv says under error, and in no figure here: as it is: 1.\n\n", RobustnessReport.Markdown(findings, ["atrium", "ventricle"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_labels_the_summary_has_the_mean_of_each_copy_and_each_label_by_itself()
    {
        CopyScore[] scores = [Labelled(0, ("atrium", 0.9), ("a|b", 0.5)), Labelled(1, ("a|b", 0.7)), Labelled(2, ("atrium", 0.8), ("a|b", 0.6))];
        var lines = RobustnessReport.Markdown(new(scores) { Missing = [("atrium", Copies[1]), ("atrium", Copies[16]), ("a|b", Copies[16])] }, ["atrium", "a|b"]).Split('\n');
        Assert.Equal(
            [
                "| copies | label | scans | mean Dice | worst |",
                "|---|---|---|---|---|",
                "| as it is | mean | 1 | 0.700 | 0.700 |",
                "| as it is | atrium | 1 | 0.900 | 0.900 |",
                "| as it is | a\\|b | 1 | 0.500 | 0.500 |",
                "| rescaled | mean | 2 | 0.700 | 0.700 |",
                "| rescaled | atrium | 1 | 0.800 | 0.800 |",
                "| rescaled | a\\|b | 2 | 0.650 | 0.600 |",
                "",
                "Left out, since nothing of atrium lies in them: rescaled: 1, cropped: 1.",
                "",
                "Left out, since nothing of a|b lies in them: cropped: 1.",
                "",
            ],
            lines[..13]);
        Assert.StartsWith("Agreement of the network's two answers in 3 segmentations", lines[13], StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_stand_in_the_order_of_the_package_whatever_the_first_scan_lacks()
    {
        var lines = RobustnessReport.Markdown(
            new([Labelled(0, ("ventricle", 0.5)), Labelled(0, ("atrium", 0.9), ("ventricle", 0.7))]) { Missing = [("atrium", Copies[0])] }, ["atrium", "ventricle", "aorta"]).Split('\n');
        Assert.Equal(
            [
                "| as it is | mean | 2 | 0.650 | 0.500 |",
                "| as it is | atrium | 1 | 0.900 | 0.900 |",
                "| as it is | ventricle | 2 | 0.600 | 0.500 |",
                "",
                "Left out, since nothing of atrium lies in them: as it is: 1.",
                "",
            ],
            lines[2..8]);
    }

    [Fact]
    public void A_copy_in_which_both_answers_miss_one_of_several_labels_is_not_held_against_the_agreement_of_the_others()
    {
        var missed = Labelled(0, ("atrium", 0.96), ("ventricle", 0)) with { HeadAgreement = 0.96 };
        missed = missed with { Labels = [missed.Labels[0], ("ventricle", Score(0, 0, null))] };
        var report = RobustnessReport.Markdown(new([missed, Labelled(0, ("atrium", 0.95), ("ventricle", 0.9)), Labelled(1, ("atrium", 0.95), ("ventricle", 0.6))]), ["atrium", "ventricle"]);
        Assert.Contains("Agreement of the network's two answers in 2 segmentations", report, StringComparison.Ordinal);
        Assert.Contains("low agreement tells the 1 with a Dice of the worst label below 0.85 from the others with an AUC of 1.00.", report, StringComparison.Ordinal);
    }

    private static CopyScore Labelled(int copy, params (string Label, double Dice)[] labels)
    {
        List<(string Label, CopyScore Score)> each = [.. labels.Select(label => (label.Label, Score(copy, label.Dice, label.Dice)))];
        return Score(copy, labels.Average(label => label.Dice), labels.Min(label => label.Dice)) with { Labels = each };
    }

    private static CopyScore Score(int copy, double dice, double? agreement, string warnings = "") =>
        new(Copies[copy], "a", new MaskScore(dice, dice, 2, 1, null, null, false), agreement, warnings);
}
