using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Passes;
using Xunit;

namespace Sassnet.Model.Tests.Inference.Modes;

public class ModeChoiceTests
{
    private const int OnLargeScans = 8;
    private const int OnSmallScans = 2;

    [Theory]
    [InlineData(0.85, 0.85, InferenceMode.Whole)]
    [InlineData(0.85, 0.849, InferenceMode.Whole)]
    [InlineData(0.85, 0.846, InferenceMode.Window)]
    [InlineData(0.85, 0.9, InferenceMode.Whole)]
    [InlineData(0.85, null, InferenceMode.Window)]
    [InlineData(null, 0.8, InferenceMode.Whole)]
    [InlineData(null, null, InferenceMode.Window)]
    public void Balanced_is_the_cheapest_mode_close_enough_to_the_best(double? window, double? whole, InferenceMode expected) =>
        Assert.Equal(expected, Choose(InferenceQuality.Balanced, OnLargeScans, window, whole, flips: null));

    [Theory]
    [InlineData(0.85, 0.85, 0.85, InferenceMode.Whole)]
    [InlineData(0.85, 0.846, 0.849, InferenceMode.WholeFlips)]
    [InlineData(0.85, 0.85, 0.853, InferenceMode.WholeFlips)]
    [InlineData(0.85, 0.852, 0.853, InferenceMode.Whole)]
    [InlineData(0.85, 0.846, 0.847, InferenceMode.Window)]
    public void Mirrored_passes_stand_between_where_windows_are_many(double window, double whole, double flips, InferenceMode expected) =>
        Assert.Equal(expected, Choose(InferenceQuality.Balanced, OnLargeScans, window, whole, flips));

    [Theory]
    [InlineData(0.85, 0.85, 0.85, InferenceMode.Whole)]
    [InlineData(0.85, 0.846, 0.849, InferenceMode.Window)]
    [InlineData(0.85, 0.85, 0.853, InferenceMode.WholeFlips)]
    [InlineData(0.85, 0.846, 0.852, InferenceMode.Window)]
    public void Windows_stand_between_where_they_are_few(double window, double whole, double flips, InferenceMode expected) =>
        Assert.Equal(expected, Choose(InferenceQuality.Balanced, OnSmallScans, window, whole, flips));

    [Theory]
    [InlineData(InferenceQuality.Fast, OnLargeScans, InferenceMode.Whole)]
    [InlineData(InferenceQuality.Balanced, OnLargeScans, InferenceMode.WholeFlips)]
    [InlineData(InferenceQuality.Best, OnLargeScans, InferenceMode.Window)]
    [InlineData(InferenceQuality.Fast, OnSmallScans, InferenceMode.Whole)]
    [InlineData(InferenceQuality.Balanced, OnSmallScans, InferenceMode.Window)]
    [InlineData(InferenceQuality.Best, OnSmallScans, InferenceMode.Window)]
    public void Fast_looks_at_the_cost_alone_and_best_at_the_dice(InferenceQuality quality, int windowCost, InferenceMode expected) =>
        Assert.Equal(expected, Choose(quality, windowCost, window: 0.9, whole: 0.7, flips: 0.899));

    [Fact]
    public void Of_equally_good_modes_best_is_the_cheaper_and_of_equally_cheap_ones_fast_the_better()
    {
        Assert.Equal(InferenceMode.WholeFlips, Choose(InferenceQuality.Best, OnLargeScans, window: 0.9, whole: 0.88, flips: 0.9));
        Assert.Equal(InferenceMode.Window, Choose(InferenceQuality.Best, OnSmallScans, window: 0.9, whole: 0.88, flips: 0.9));
        Assert.Equal(InferenceMode.Window, Choose(InferenceQuality.Fast, windowCost: 1, window: 0.9, whole: 0.88, flips: 0.95));
        Assert.Equal(InferenceMode.Whole, Choose(InferenceQuality.Fast, windowCost: 1, window: 0.88, whole: 0.9, flips: 0.95));
    }

    [Fact]
    public void Of_a_package_that_was_not_measured_all_take_windows_as_published() =>
        Assert.All(Enum.GetValues<InferenceQuality>(), quality => Assert.Equal(InferenceMode.Window, ModeChoice.Of(quality, [])));

    [Fact]
    public void Every_mode_and_quality_is_found_by_its_word_and_nothing_by_another()
    {
        Assert.All(Enum.GetValues<InferenceMode>(), mode => Assert.Equal(mode, InferenceModes.Find(mode.Word())));
        Assert.Equal(["auto", "whole", "whole-flips", "window"], InferenceModes.Words);
        Assert.Null(InferenceModes.Find("WholeFlips"));
        Assert.All(Enum.GetValues<InferenceQuality>(), quality => Assert.Equal(quality, InferenceQualities.Find(quality.Word())));
        Assert.Equal(["balanced", "fast", "best"], InferenceQualities.Words);
        Assert.Null(InferenceQualities.Find("Best"));
    }

    private static InferenceMode Choose(InferenceQuality quality, int windowCost, double? window, double? whole, double? flips)
    {
        var measured = new List<MeasuredMode>();
        Add(InferenceMode.Window, window, windowCost);
        Add(InferenceMode.Whole, whole, 1);
        Add(InferenceMode.WholeFlips, flips, MirroredInference.Passes);
        return ModeChoice.Of(quality, measured);

        void Add(InferenceMode mode, double? dice, int passes)
        {
            if (dice is { } known)
                measured.Add(new MeasuredMode(mode, known, 1000 * passes));
        }
    }
}
