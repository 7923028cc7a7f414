using System.Text;
using System.Text.Json;
using Sassnet.Model.Files;
using Sassnet.Model.Packages;
using Sassnet.Training.TensorBoard;
using Sassnet.Training.Validation;

namespace Sassnet.Training.Runs;

/// <summary>Writes a run's figures: every iteration to <c>metrics.jsonl</c>, and to a TensorBoard event file, which gets pictures too.</summary>
public sealed class MetricsLog : IDisposable
{
    private readonly string _file;
    private FileStream _lines;
    private readonly EventFileWriter _events;

    /// <summary>Opens the logs for a run that goes on after a number of iterations; lines of later ones, from before an interruption, are dropped.</summary>
    public MetricsLog(RunFolder run, int iterationsDone, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(run);
        var kept = File.Exists(run.MetricsFile) ? File.ReadLines(run.MetricsFile).Where(line => IsUpTo(line, iterationsDone)) : [];
        AtomicFile.WriteText(run.MetricsFile, string.Concat(kept.Select(line => line + "\n")));
        _file = run.MetricsFile;
        _lines = Append();

        // Also where it was interrupted before its first checkpoint: TensorBoard shows what earlier files have until a later one says otherwise.
        var isRestart = iterationsDone > 0 || Directory.EnumerateFiles(run.Path, EventFileWriter.FilePattern).Any();
        _events = new EventFileWriter(run.Path, clock, isRestart ? iterationsDone + 1 : null);
    }

    /// <summary>Writes the figures of one iteration.</summary>
    /// <param name="iteration">Counted from 1.</param>
    /// <param name="figures">Names and values; what is NaN or infinite is null in the JSON, and itself in TensorBoard.</param>
    public void Write(int iteration, IReadOnlyCollection<(string Name, double Value)> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("iteration", iteration);
            WriteMembers(json, figures);
            json.WriteEndObject();
        }

        // One write a line: a process that is killed, or a disk that fills up, leaves at most one line cut short.
        line.WriteByte((byte)'\n');
        _lines.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
        WriteEvents(iteration, figures);
    }

    /// <summary>Whether an iteration is the last that was written, and without a figure of this name: a process was stopped before it was known.</summary>
    /// <param name="iteration">Counted from 1.</param>
    /// <param name="name">The figure's name.</param>
    public bool Lacks(int iteration, string name)
    {
        if (File.ReadLines(_file).LastOrDefault() is not { } line)
            return false;
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("iteration").GetInt32() == iteration && !json.RootElement.TryGetProperty(name, out _);
    }

    /// <summary>Adds figures to those of the last iteration that was written.</summary>
    /// <param name="iteration">Counted from 1.</param>
    /// <param name="figures">Names that it has not, and values as above.</param>
    public void AddToLast(int iteration, IReadOnlyCollection<(string Name, double Value)> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        string[] lines = File.ReadAllLines(_file);
        using var last = JsonDocument.Parse(lines[^1]);
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            foreach (var member in last.RootElement.EnumerateObject())
                member.WriteTo(json);
            WriteMembers(json, figures);
            json.WriteEndObject();
        }

        lines[^1] = Encoding.UTF8.GetString(line.GetBuffer().AsSpan(0, (int)line.Length));
        _lines.Dispose();
        AtomicFile.WriteText(_file, string.Concat(lines.Select(one => one + "\n")));
        _lines = Append();
        WriteEvents(iteration, figures);
    }

    /// <summary>Shows what the network makes of a validation scan, in TensorBoard only.</summary>
    /// <param name="iteration">Counted from 1.</param>
    /// <param name="prediction">The scan and the prediction.</param>
    /// <param name="structures">The structures, in their order.</param>
    public void WritePicture(int iteration, ScanPrediction prediction, IReadOnlyList<Label> structures)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        using var picture = prediction.Draw(structures);
        _events.WritePicture($"validation/{prediction.Scan.Name}", picture, iteration);
    }

    /// <summary>
    /// Brings what was written to the disk, before a checkpoint that is brought there: a machine that fails would else leave the checkpoint without the figures up to it,
    /// which no run that goes on from it writes again.
    /// </summary>
    public void Flush()
    {
        _lines.Flush(flushToDisk: true);
        _events.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _events.Dispose();
    }

    private static void WriteMembers(Utf8JsonWriter json, IEnumerable<(string Name, double Value)> figures)
    {
        foreach (var (name, value) in figures)
        {
            // JSON has no word for what is no number.
            if (double.IsFinite(value))
                json.WriteNumber(name, value);
            else
                json.WriteNull(name);
        }
    }

    private void WriteEvents(int iteration, IEnumerable<(string Name, double Value)> figures)
    {
        foreach (var (name, value) in figures)
            _events.WriteScalar($"train/{name}", (float)value, iteration);
    }

    private FileStream Append() => new(_file, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

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
