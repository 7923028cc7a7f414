using System.Diagnostics.Metrics;

namespace Sassnet.Training.Telemetry;

/// <summary>A run's figures as OpenTelemetry metrics.</summary>
public sealed class TrainingMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Sassnet.Training";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _iterations;
    private readonly Histogram<double> _stepSeconds;
    private readonly Counter<double> _waitSeconds;
    private readonly Gauge<double> _figure;

    /// <summary>Makes the instruments.</summary>
    public TrainingMetrics()
    {
        _iterations = _meter.CreateCounter<long>("sassnet.training.iterations", description: "Iterations done by this process.");
        _stepSeconds = _meter.CreateHistogram<double>("sassnet.training.step.duration", "s", "Time of one training step.");
        _waitSeconds = _meter.CreateCounter<double>("sassnet.training.data.wait", "s", "Time the steps have waited for data.");
        _figure = _meter.CreateGauge<double>("sassnet.training.figure", description: "The latest losses, weights, learning rate and validation Dice, by name.");
    }

    /// <summary>Records one iteration.</summary>
    /// <param name="step">How long the step took.</param>
    /// <param name="waited">How long it had waited for its batch.</param>
    /// <param name="figures">Names and values.</param>
    public void Record(TimeSpan step, TimeSpan waited, IEnumerable<(string Name, double Value)> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        _iterations.Add(1);
        _stepSeconds.Record(step.TotalSeconds);
        _waitSeconds.Add(waited.TotalSeconds);
        Record(figures);
    }

    /// <summary>Records figures that belong to no step of this process.</summary>
    /// <param name="figures">Names and values.</param>
    public void Record(IEnumerable<(string Name, double Value)> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        foreach (var (name, value) in figures)
            _figure.Record(value, new KeyValuePair<string, object?>("name", name));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
