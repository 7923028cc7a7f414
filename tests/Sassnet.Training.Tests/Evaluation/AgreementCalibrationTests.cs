using Sassnet.Training.Evaluation;
using Xunit;

namespace Sassnet.Training.Tests.Evaluation;

public sealed class AgreementCalibrationTests
{
    [Fact]
    public void Low_agreement_is_held_against_low_Dice_and_what_has_no_agreement_is_left_out()
    {
        // Bad are 0.7 and 0.5, good 0.9 and 0.7: of four pairs three are in order and one is equal. Ranks 4, 2.5, 2.5, 1 and 4, 2, 3, 1.
        var found = AgreementCalibration.Of([(0.9, 0.95), (0.7, 0.8), (null, 0), (0.7, 0.9), (0.5, 0.6)]);
        Assert.Equal((4, 2, 0.85), (found.Cases, found.Bad, found.BadBelow));
        Assert.Equal(Math.Sqrt(0.9), found.Spearman!.Value, 12);
        Assert.Equal(0.875, found.Auc!.Value, 12);
        Assert.Equal(
            "Agreement of the network's two answers in 4 segmentations: its rank correlation with Dice is 0.95 (Spearman); "
                + "low agreement tells the 2 with a Dice below 0.85 from the others with an AUC of 0.88.",
            found.Sentence());
    }

    [Theory]
    [InlineData(0.85, 0, "none has a Dice below 0.85, so that there is no AUC.")]
    [InlineData(0.8499, 3, "all have a Dice below 0.85, so that there is no AUC.")]
    public void Where_there_are_none_or_only_bad_ones_it_says_that_there_is_no_figure(double dice, int bad, string expected)
    {
        var found = AgreementCalibration.Of([(0.9, dice), (0.8, dice), (0.7, dice)]);
        Assert.Equal((3, bad), (found.Cases, found.Bad));
        Assert.Null(found.Auc);
        Assert.Null(found.Spearman);
        Assert.Contains("it has no rank correlation with Dice (fewer than three, or all alike)", found.Sentence(), StringComparison.Ordinal);
        Assert.EndsWith(expected, found.Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_agreement_there_is_nothing()
    {
        var found = AgreementCalibration.Of([(null, 0)]);
        Assert.Equal(new AgreementCalibration(0, 0, null, null), found);
        Assert.Equal("No segmentation has an agreement of the network's two answers.", found.Sentence());
    }
}
