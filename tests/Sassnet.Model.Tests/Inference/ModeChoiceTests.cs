using Sassnet.Model.Inference;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public class ModeChoiceTests
{
    [Theory]
    [InlineData(0.85, 0.85, InferenceMode.Whole)]
    [InlineData(0.85, 0.849, InferenceMode.Whole)]
    [InlineData(0.85, 0.846, InferenceMode.Window)]
    [InlineData(0.85, 0.9, InferenceMode.Whole)]
    [InlineData(0.85, null, InferenceMode.Window)]
    [InlineData(null, 0.8, InferenceMode.Whole)]
    [InlineData(null, null, InferenceMode.Window)]
    public void Auto_is_the_fastest_mode_close_enough_to_the_best(double? window, double? whole, InferenceMode expected)
    {
        var measured = new Dictionary<string, double>();
        if (window is { } windowDice)
            measured["window"] = windowDice;
        if (whole is { } wholeDice)
            measured["whole"] = wholeDice;
        Assert.Equal(expected, ModeChoice.Resolve(InferenceMode.Auto, measured));
    }

    [Theory]
    [InlineData(0.85, 0.85, 0.85, InferenceMode.Whole)]
    [InlineData(0.85, 0.846, 0.849, InferenceMode.WholeFlips)]
    [InlineData(0.85, 0.85, 0.853, InferenceMode.WholeFlips)]
    [InlineData(0.85, 0.852, 0.853, InferenceMode.Whole)]
    [InlineData(0.85, 0.846, 0.847, InferenceMode.Window)]
    public void Mirrored_passes_stand_between(double window, double whole, double flips, InferenceMode expected) =>
        Assert.Equal(expected, ModeChoice.Resolve(InferenceMode.Auto, new Dictionary<string, double> { ["window"] = window, ["whole"] = whole, ["whole-flips"] = flips }));

    [Fact]
    public void Every_mode_is_found_by_its_word_and_nothing_by_another()
    {
        Assert.All(Enum.GetValues<InferenceMode>(), mode => Assert.Equal(mode, InferenceModes.Find(mode.Word())));
        Assert.Equal(["auto", "whole", "whole-flips", "window"], InferenceModes.Words);
        Assert.Null(InferenceModes.Find("WholeFlips"));
    }

    [Theory]
    [InlineData(InferenceMode.Whole)]
    [InlineData(InferenceMode.WholeFlips)]
    [InlineData(InferenceMode.Window)]
    public void A_mode_that_is_asked_for_is_taken(InferenceMode mode)
    {
        Assert.Equal(mode, ModeChoice.Resolve(mode, new Dictionary<string, double> { ["window"] = 0.9, ["whole"] = 0.1 }));
        Assert.Equal(mode, ModeChoice.Resolve(mode, new Dictionary<string, double> { ["window"] = 0.1, ["whole"] = 0.9 }));
    }
}
