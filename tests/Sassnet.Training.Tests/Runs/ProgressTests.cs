using Sassnet.Training.Runs;
using Xunit;

namespace Sassnet.Training.Tests.Runs;

public class ProgressTests
{
    [Fact]
    public void Without_a_terminal_only_the_first_line_and_those_that_are_due_are_written()
    {
        var text = Report(isTerminal: false);
        Assert.StartsWith("1/10  loss 0.5  2.00 s/it  waited 10.0 %  00:00:18 left", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain('\e', text);
        Assert.Contains("2/10  loss 0.5", text, StringComparison.Ordinal);
        Assert.Contains("2.00 s/it  waited 10.0 %  00:00:16 left", text, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_the_last_line_is_written_over_until_it_is_due()
    {
        var text = Report(isTerminal: true);
        Assert.Equal(4, text.Count(letter => letter == '\r'));
        Assert.Equal(3, text.Count(letter => letter == '\n'));
    }

    [Fact]
    public void The_last_validation_stays_in_sight()
    {
        var lines = Report(isTerminal: false).Split('\n');
        Assert.DoesNotContain("validationDice", lines[1], StringComparison.Ordinal);
        Assert.Contains("validationDice 0.8123 at 3", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, "00:00:16 left")]
    [InlineData(43_202, "1 d 00:00:00 left")]
    [InlineData(100_000, "2 d 07:33:16 left")]
    public void What_remains_is_told_in_days_where_it_is_more_than_one(int iterations, string expected) =>
        Assert.Contains(expected, Report(isTerminal: false, iterations).Split('\n')[1], StringComparison.Ordinal);

    private static string Report(bool isTerminal, int iterations = 10)
    {
        var (console, clock) = (new StringWriter(), new SteppedClock());
        var progress = new Progress(console, clock, isTerminal);
        progress.Start(0, iterations);
        for (var iteration = 1; iteration <= 4; iteration++)
        {
            clock.Seconds += 2;
            (string, double)[] figures = iteration == 3 ? [("loss", 0.5), ("validationDice", 0.8123)] : [("loss", 0.5)];
            progress.Report(iteration, figures, TimeSpan.FromSeconds(0.2), isDue: iteration % 2 == 0);
        }

        return console.ToString();
    }

    private sealed class SteppedClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }
}
