using System.Text.Json;
using Sassnet.Model.Files;
using Sassnet.Training.Methods;
using Sassnet.Training.TensorBoard;

namespace Sassnet.Training.Runs;

/// <summary>Writes a run's figures: every iteration to <c>metrics.jsonl</c>, and to a TensorBoard event file.</summary>
public sealed class MetricsLog : IDisposable
{
    private readonly FileStream _lines;
    private readonly EventFileWriter _events;

    /// <summary>Opens the logs for a run that goes on after a number of iterations; lines of later ones, from before an interruption, are dropped.</summary>
    public MetricsLog(RunFolder run, int iterationsDone, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(run);
        var kept = File.Exists(run.MetricsFile) ? File.ReadLines(run.MetricsFile).Where(line => IsUpTo(line, iterationsDone)) : [];
        AtomicFile.WriteText(run.MetricsFile, string.Concat(kept.Select(line => line + "\n")));
        _lines = new FileStream(run.MetricsFile, FileMode.Append, FileAccess.Write, FileShare.Read);
        _events = new EventFileWriter(run.Path, clock, iterationsDone > 0 ? iterationsDone + 1 : null);
    }

    /// <summary>Writes the figures of one iteration, counted from 1.</summary>
    public void Write(int iteration, StepLosses losses, double learningRate)
    {
        (string Tag, double Value)[] figures =
        [
            ("loss", losses.Total),
            ("lossDice", losses.Dice),
            ("lossSdm", losses.Sdm),
            ("lossAdversarial", losses.Adversarial),
            ("adversarialWeight", losses.AdversarialWeight),
            ("lossDiscriminator", losses.Discriminator),
            ("learningRate", learningRate),
        ];
        using (var json = new Utf8JsonWriter(_lines))
        {
            json.WriteStartObject();
            json.WriteNumber("iteration", iteration);
            foreach (var (tag, value) in figures)
                json.WriteNumber(tag, value);
            json.WriteEndObject();
        }

        _lines.WriteByte((byte)'\n');
        foreach (var (tag, value) in figures)
            _events.WriteScalar($"train/{tag}", (float)value, iteration);
    }

    /// <summary>Hands everything written so far to the system.</summary>
    public void Flush()
    {
        _lines.Flush();
        _events.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _events.Dispose();
    }

    // A line cut short by a crash is not JSON; it belongs to an iteration that will be done again.
    private static bool IsUpTo(string line, int iterations)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("iteration").GetInt32() <= iterations;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
