using System.Text.Json;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using Sassnet.Training.Tests.TensorBoard;
using Xunit;

namespace Sassnet.Training.Tests.Runs;

public sealed class MetricsLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-metrics-").FullName;

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_number_is_null_in_a_line_that_stays_JSON_and_the_run_can_go_on(double value)
    {
        var run = RunFolder.Create(Path.Combine(_folder, "run"), new TrainingOptions());
        using (var log = new MetricsLog(run, 0, TimeProvider.System))
            log.Write(1, [("loss", 0.5), ("validationDice", value)]);
        using (var log = new MetricsLog(run, 1, TimeProvider.System))
            log.Write(2, [("loss", 0.25)]);
        var lines = File.ReadLines(run.MetricsFile).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([1, 2], lines.Select(line => line.GetProperty("iteration").GetInt32()));
        Assert.Equal(0.5, lines[0].GetProperty("loss").GetDouble());
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("validationDice").ValueKind);

        var first = Directory.GetFiles(run.Path, "events.*").Order(StringComparer.Ordinal).First();
        Assert.Contains(EventFileReader.Read(first), shown => shown.Tag == "train/validationDice" && shown.Value is { } seen && seen.Equals((float)value));
    }

    [Fact]
    public void Figures_that_come_late_are_added_to_the_line_of_their_iteration()
    {
        var run = RunFolder.Create(Path.Combine(_folder, "late"), new TrainingOptions());
        using (var log = new MetricsLog(run, 0, TimeProvider.System))
        {
            Assert.False(log.Lacks(0, "validationDice"));
            log.Write(1, [("loss", 0.5), ("validationDice", 0.25)]);
            log.Write(2, [("loss", double.NaN)]);
        }

        using (var log = new MetricsLog(run, 2, TimeProvider.System))
        {
            Assert.Equal((false, true, false), (log.Lacks(1, "validationDice"), log.Lacks(2, "validationDice"), log.Lacks(2, "loss")));
            log.AddToLast(2, [("validationDice", 0.75), ("validationDice.4", double.NaN)]);
            Assert.False(log.Lacks(2, "validationDice"));
            log.Write(3, [("loss", 0.125)]);
        }

        Assert.Equal(
            ["""{"iteration":1,"loss":0.5,"validationDice":0.25}""", """{"iteration":2,"loss":null,"validationDice":0.75,"validationDice.4":null}""", """{"iteration":3,"loss":0.125}"""],
            File.ReadLines(run.MetricsFile));
        var shown = Directory.GetFiles(run.Path, "events.*").SelectMany(EventFileReader.Read).Single(one => one.Tag == "train/validationDice" && one.Value is 0.75f);
        Assert.Equal(2, shown.Step);
    }

    [Fact]
    public void A_run_that_begins_anew_after_an_interruption_takes_back_what_it_had_shown()
    {
        var run = RunFolder.Create(Path.Combine(_folder, "run"), new TrainingOptions());
        for (var start = 0; start < 2; start++)
        {
            using var log = new MetricsLog(run, 0, TimeProvider.System);
            log.Write(1, [("loss", 0.5)]);
        }

        var files = Directory.GetFiles(run.Path, "events.*").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(2, files.Count);
        Assert.DoesNotContain(EventFileReader.Read(files[0]), shown => shown.SessionStatus is not null);
        Assert.Contains(EventFileReader.Read(files[1]), shown => shown is { SessionStatus: 1, Step: 1 });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
