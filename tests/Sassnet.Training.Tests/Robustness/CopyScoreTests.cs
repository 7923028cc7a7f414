using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Robustness;
using Xunit;

namespace Sassnet.Training.Tests.Robustness;

public sealed class CopyScoreTests
{
    private static readonly GridSize Size = new(8, 8, 8);
    private static readonly Affine Unit = Affine.Scaling(VoxelSize.Unit);
    private static readonly Label[] Labels = [new(3, "atrium"), new(5, "ventricle")];

    [Fact]
    public void What_is_said_of_a_label_that_is_not_in_the_copy_is_no_alarm_about_the_others()
    {
        var atrium = new byte[Size.Count];
        atrium.AsSpan(100, 200).Fill(1);
        RestoredMaps[] maps = [new(Map(atrium, 0.9f, 0.1f), Map(atrium, -0.5f, 0.5f)), new(Map(atrium, 0.1f, 0.1f), Map(atrium, 0.5f, 0.5f))];
        var (segmentation, figures) = Measurement.Of(maps, new SegmentationRequest(), Labels);
        Warning[] warnings = [new("empty-result", "No ventricle.") { Label = 5 }, new("voxel-size", "Thick slices.")];
        var result = new SegmentationResult(maps, segmentation, figures, warnings, new InferencePlan(Size, InferenceMode.Window, Size.Count, null), "cpu", Precision.Float32, []);
        var score = CopyScore.Of(ScanCopy.AsItIs, "a", result, new LabelMap(Size, atrium, Unit), Labels);
        Assert.Equal("voxel-size", score.Warnings);
        Assert.Equal(("atrium", "voxel-size", 1.0), (Assert.Single(score.Labels).Label, score.Labels[0].Score.Warnings, score.WorstDice));

        // Where it is there, that it was not found is what the alarm is about.
        var both = (byte[])atrium.Clone();
        both.AsSpan(400, 50).Fill(2);
        score = CopyScore.Of(ScanCopy.AsItIs, "a", result, new LabelMap(Size, both, Unit), Labels);
        Assert.Equal(["empty-result voxel-size", "voxel-size", "empty-result voxel-size"], score.Labels.Select(label => label.Score.Warnings).Prepend(score.Warnings));
        Assert.Equal(0, score.WorstDice);
    }

    private static Volume Map(byte[] mask, float inside, float outside) => new(Size, Array.ConvertAll(mask, voxel => voxel == 1 ? inside : outside), Unit);
}
