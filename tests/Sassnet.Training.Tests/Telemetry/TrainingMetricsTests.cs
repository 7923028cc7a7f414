using System.Diagnostics.Metrics;
using Sassnet.Training.Telemetry;
using Xunit;

namespace Sassnet.Training.Tests.Telemetry;

public class TrainingMetricsTests
{
    [Fact]
    public void An_iteration_is_counted_timed_and_told_by_its_figures()
    {
        var seen = new List<(string Instrument, double Value, string Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Meter.Name == TrainingMetrics.MeterName)
                all.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Add((instrument.Name, value, Join(tags))));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add((instrument.Name, value, Join(tags))));
        listener.Start();
        using var metrics = new TrainingMetrics();
        metrics.Record(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(0.5), [("loss", 0.25), ("learningRate", 0.01)]);
        Assert.Equal(
            [
                ("sassnet.training.iterations", 1, ""),
                ("sassnet.training.step.duration", 2, ""),
                ("sassnet.training.data.wait", 0.5, ""),
                ("sassnet.training.figure", 0.25, "name=loss"),
                ("sassnet.training.figure", 0.01, "name=learningRate"),
            ],
            seen);
    }

    private static string Join(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
}
