using Sassnet.Training.Comparison;
using Sassnet.Training.Evaluation;
using Xunit;

namespace Sassnet.Training.Tests.Comparison;

public sealed class PairedDifferenceTests
{
    [Fact]
    public void Differences_are_taken_case_by_case()
    {
        var difference = PairedDifference.Of(Run(0.8, 0.9, 0.75, 0.6), Run(0.7, 0.8, 0.8, 0.6));
        Assert.Equal(0.0375, difference.Mean, 9);
        Assert.Equal((2, 1), (difference.Wins, difference.Losses));

        // Of sizes 0.1, 0.1 and 0.05 the smallest is negative: 2 of 8 sign patterns have a rank sum of at most 1, and 2 at least 5.
        Assert.Equal(0.5, difference.P, 9);
    }

    [Fact]
    public void What_all_cases_share_does_not_widen_the_interval()
    {
        var reference = Run(0.5, 0.6, 0.7, 0.8, 0.9);
        var difference = PairedDifference.Of(Run(0.51, 0.61, 0.71, 0.81, 0.91), reference);
        Assert.Equal(0.01, difference.Interval!.Low, 9);
        Assert.Equal(0.01, difference.Interval.High, 9);
    }

    [Fact]
    public void What_differs_by_rounding_alone_is_neither_better_nor_worse()
    {
        // Means of three seeds whose scores are the same in another order.
        var difference = PairedDifference.Of(Run((0.1 + 0.2 + 0.3) / 3, 0.5), Run((0.3 + 0.2 + 0.1) / 3, 0.5));
        Assert.Equal((0, 0, 1), (difference.Wins, difference.Losses, difference.P));
    }

    private static EvaluatedRun Run(params double[] dice) =>
        new("run", [.. dice.Select((value, i) => new CaseScore($"case-{i}", Score(value), Score(value), 1))]);

    private static MaskScore Score(double dice) => new(dice, dice, 1, 1, null, null, false);
}
