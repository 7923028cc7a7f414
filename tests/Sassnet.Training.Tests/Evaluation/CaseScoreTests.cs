using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Evaluation;
using Xunit;

namespace Sassnet.Training.Tests.Evaluation;

public sealed class CaseScoreTests
{
    [Fact]
    public void Distances_are_in_voxels_and_in_millimetres()
    {
        var score = MaskScore.Of(Masks.Of((5, 5, 3)), Masks.Of((5, 5, 5)), inMillimetres: true);
        Assert.Equal((2, 2), (score.Hd95, score.Asd));
        Assert.Equal((6, 6), (score.Hd95Mm, score.AsdMm));
    }

    [Fact]
    public void Where_the_voxel_size_is_only_assumed_no_millimetres_are_stated()
    {
        var score = MaskScore.Of(Masks.Of((5, 5, 3)), Masks.Of((5, 5, 5)), inMillimetres: false);
        Assert.Equal(2, score.Hd95);
        Assert.Null(score.Hd95Mm);
        Assert.Null(score.AsdMm);
    }

    [Fact]
    public void Both_the_largest_component_and_all_are_scored()
    {
        var truth = Masks.Of((5, 5, 5), (5, 5, 6), (5, 5, 7));
        var prediction = Masks.Of((5, 5, 5), (5, 5, 6), (0, 0, 0));
        var score = CaseScore.Of("a", prediction, truth, inMillimetres: false);
        Assert.Equal(2, score.Components);
        Assert.Equal(0.8, score.Largest.Dice, 9);
        Assert.Equal(2.0 / 3, score.All.Dice, 9);
        Assert.Equal(1, prediction.Labels[0]);
    }

    [Fact]
    public void Of_a_label_that_keeps_several_components_as_many_are_scored()
    {
        var truth = Masks.Of((5, 5, 5), (5, 5, 6), (0, 0, 0), (0, 0, 1));
        var prediction = Masks.Of((5, 5, 5), (5, 5, 6), (0, 0, 0), (0, 0, 1), (9, 9, 9));
        Assert.Equal([2 / 3.0, 1.0, 8 / 9.0], ((int[])[1, 2, 0]).Select(kept => CaseScore.Of("a", prediction, truth, inMillimetres: false, kept).Largest.Dice));
        Label[] labels = [new(1, "kidneys", Components: 2), new(4, "spleen")];
        var second = new LabelMap(prediction.Size, Array.ConvertAll(prediction.Labels, label => (byte)(label * 4)), prediction.Affine);
        Assert.Equal(1, CaseScore.Of("a", prediction, truth, labels, [null, null], inMillimetres: false).Labels[0].Score.Largest.Dice);

        // Of what a case lacks, what would be answered.
        truth.Labels[0] = 2;
        Assert.Equal([((byte)1, 4L)], CaseScore.Of("a", prediction, truth.Only(2), labels, [null, null], inMillimetres: false).Absent);
        Assert.Equal([((byte)4, 2L)], CaseScore.Of("a", second, truth.Only(1), labels, [null, null], inMillimetres: false).Absent);
    }

    [Fact]
    public void Where_the_largest_component_is_the_wrong_one_all_score_better()
    {
        var truth = Masks.Of((5, 5, 5), (5, 5, 6));
        var score = CaseScore.Of("a", Masks.Of((5, 5, 5), (0, 0, 0), (0, 0, 1)), truth, inMillimetres: false);
        Assert.Equal(0, score.Largest.Dice);
        Assert.Equal(0.4, score.All.Dice, 9);
    }

    [Fact]
    public void Of_several_labels_each_has_its_agreement_and_the_case_the_least()
    {
        var truth = Masks.Of((5, 5, 5), (5, 5, 6));
        truth.Labels[0] = 2;
        var score = CaseScore.Of("a", truth, truth, Labels(1, 2), [0.9, 0.6], inMillimetres: false);
        Assert.Equal(0.6, score.HeadAgreement);
        Assert.Equal([0.9, 0.6], score.Labels.Select(label => label.Score.HeadAgreement));
        Assert.Equal(0.9, CaseScore.Of("a", truth, truth, Labels(1, 2), [0.9, null], inMillimetres: false).HeadAgreement);
        Assert.Null(CaseScore.Of("a", truth, truth, Labels(1, 2), [null, null], inMillimetres: false).HeadAgreement);
    }

    [Fact]
    public void Of_several_labels_each_has_the_warnings_about_itself_and_about_the_scan_and_the_case_has_all()
    {
        var truth = Masks.Of((5, 5, 5), (5, 5, 6));
        truth.Labels[0] = 2;
        Warning[] warnings = [new("low-agreement", "first: …") { Label = 4 }, new("empty-result", "second: …") { Label = 9 }, new("voxel-size", "…")];
        var score = CaseScore.Of("a", truth, truth, Labels(1, 2), [null, null], inMillimetres: false) with { Labels = [(4, Scored()), (9, Scored()), (6, Scored())] };
        score = score.WithWarnings(warnings);
        Assert.Equal("low-agreement empty-result voxel-size", score.Warnings);
        Assert.Equal(["low-agreement voxel-size", "empty-result voxel-size", "voxel-size"], score.Labels.Select(label => label.Score.Warnings));
        Assert.Equal("low-agreement empty-result voxel-size", Scored().WithWarnings(warnings).Warnings);
        Assert.Equal("", Scored().WithWarnings([]).Warnings);

        static CaseScore Scored() => CaseScore.Of("a", Masks.Of((5, 5, 5)), Masks.Of((5, 5, 5)), inMillimetres: false);
    }

    [Fact]
    public void A_label_that_the_case_lacks_has_no_score_and_what_is_found_of_it_all_the_same_is_noted()
    {
        // Of the second, which is nowhere, two components are found; of the third one of two voxels.
        var truth = Masks.Of((5, 5, 5), (5, 5, 6), (9, 9, 9), (9, 9, 10));
        truth.Labels[truth.Size.IndexOf(9, 9, 9)] = truth.Labels[truth.Size.IndexOf(9, 9, 10)] = 3;
        var prediction = new LabelMap(truth.Size, (byte[])truth.Labels.Clone(), truth.Affine);
        prediction.Labels[prediction.Size.IndexOf(9, 9, 10)] = 0;
        foreach (var x in (int[])[0, 1, 4])
            prediction.Labels[prediction.Size.IndexOf(x, 0, 0)] = 2;
        var score = CaseScore.Of("a", prediction, truth, Labels(1, 2, 3), [0.9, 0.1, 0.7], inMillimetres: false);
        Assert.Equal([1, 3], score.Labels.Select(label => (int)label.Label));
        Assert.Equal([((byte)2, 2L)], score.Absent);
        Assert.Equal((1 + (2.0 / 3)) / 2, score.Largest.Dice, 9);
        Assert.Equal(2.0 / 3, score.WorstDice, 9);
        Assert.Equal((0.7, 2), (score.HeadAgreement, score.Components));

        // The scan's own and those of labels that it has are about what was scored.
        Warning[] warnings = [new("many-components", "second: …") { Label = 2 }, new("low-agreement", "third: …") { Label = 3 }, new("voxel-size", "…")];
        Assert.Equal("low-agreement voxel-size", score.WithWarnings(warnings).Warnings);
        Assert.Equal(["voxel-size", "low-agreement voxel-size"], score.WithWarnings(warnings).Labels.Select(label => label.Score.Warnings));
        Assert.Equal([((byte)2, 0L)], CaseScore.Of("a", truth, truth, Labels(1, 2, 3), [null, null, null], inMillimetres: false).Absent);
        Assert.Empty(CaseScore.Of("a", truth.Only(1), truth.Only(1), Labels(1), [null], inMillimetres: false).Absent);
    }

    [Fact]
    public void An_empty_prediction_is_as_bad_as_can_be()
    {
        var score = CaseScore.Of("a", Masks.Of(), Masks.Of((5, 5, 5)), inMillimetres: true);
        Assert.True(score.Largest.Empty);
        Assert.Equal((0, 0), (score.Largest.Dice, score.Largest.Jaccard));
        Assert.Equal(double.PositiveInfinity, score.Largest.Hd95);
        Assert.Equal(double.PositiveInfinity, score.Largest.AsdMm);
        Assert.Equal("95HD not defined (no voxel found)", score.Distance(decimals: 2));
    }

    [Fact]
    public void In_words_a_distance_that_is_not_defined_is_told_by_what_was_not_found()
    {
        var truth = Masks.Of((5, 5, 5), (5, 5, 6));
        truth.Labels[0] = 2;
        Assert.Equal("95HD 0.0 voxels", CaseScore.Of("a", truth, truth, Labels(1, 2), [null, null], inMillimetres: true).Distance(decimals: 1));
        Assert.Equal("95HD not defined (no voxel of label 2 found)", CaseScore.Of("a", truth.Only(1), truth, Labels(1, 2), [null, null], inMillimetres: true).Distance(decimals: 1));
        Assert.Equal("95HD not defined (no voxel of label 1 and 2 found)", CaseScore.Of("a", Masks.Of(), truth, Labels(1, 2), [null, null], inMillimetres: true).Distance(decimals: 1));
    }

    private static IReadOnlyList<Label> Labels(params byte[] values) => [.. values.Select(value => new Label(value, $"label {value}"))];
}
