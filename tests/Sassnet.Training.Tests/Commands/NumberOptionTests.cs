using System.CommandLine;
using Sassnet.Training.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public sealed class NumberOptionTests
{
    [Theory]
    [InlineData("--threshold", "0,5", "segment", "--model", "m", "--input", "i", "--output", "o")]
    [InlineData("--validation-share", "0,2", "prepare", "--input", "i", "--output", "o")]
    [InlineData("--min-dice", "0,85", "publish", "--run", "r", "--models", "m")]
    [InlineData("--voxel-size-mm", "0,625", "evaluate", "--model", "m", "--data", "d", "--list", "l", "--output", "o")]
    [InlineData("--voxel-size-mm", "1,000.5", "robustness", "--model", "m", "--data", "d", "--list", "l", "--output", "o")]
    public async Task A_number_with_a_comma_is_refused_as_it_was_written(string option, string text, params string[] command)
    {
        var (exitCode, _, errors) = await TrainingProcess.Run(TestContext.Current.CancellationToken, [.. command, option, text]);
        Assert.Equal(2, exitCode);
        Assert.Contains($"{option} is '{text}'; accepted: a number, its decimals behind a point, such as 0.5.", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData(".5", 0.5)]
    [InlineData("5e-1", 0.5)]
    [InlineData("1", 1.0)]
    [InlineData("-1", -1.0)]
    public void A_number_with_a_point_or_without_decimals_is_taken(string text, double expected)
    {
        var (maybe, usual) = (NumberOption.Create<double>("--maybe", "One."), NumberOption.Create("--usual", "Another.", 0.25f));
        var command = new Command("measure") { maybe, usual };
        var given = command.Parse(["--maybe", text, "--usual", text]);
        Assert.Empty(given.Errors);
        Assert.Equal(expected, given.GetValue(maybe));
        Assert.Equal((float)expected, given.GetValue(usual));
    }

    [Fact]
    public void A_number_that_is_not_given_is_the_usual_one_or_none()
    {
        var (maybe, usual) = (NumberOption.Create<double>("--maybe", "One."), NumberOption.Create("--usual", "Another.", 0.25f));
        var none = new Command("measure") { maybe, usual }.Parse([]);
        Assert.Empty(none.Errors);
        Assert.Null(none.GetValue(maybe));
        Assert.Equal(0.25f, none.GetValue(usual));
    }
}
