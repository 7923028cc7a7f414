using System.Globalization;

namespace Sassnet.Benchmarks.Measuring;

/// <summary>A titled table of results, printed as Markdown.</summary>
internal sealed class BenchmarkTable(string title)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a result that is compared with nothing.</summary>
    public void Add(Timing timing) => AddRow(timing, string.Empty, string.Empty, string.Empty);

    /// <summary>Adds a result that stands against another time.</summary>
    /// <param name="timing">The result.</param>
    /// <param name="against">What it is compared with.</param>
    /// <param name="seconds">How long that takes.</param>
    /// <param name="goal">How many times as fast the result should be at least; null for no goal.</param>
    public void AddSpeedup(Timing timing, string against, double seconds, double? goal = null)
    {
        var speedup = seconds / timing.MedianSeconds;
        AddRow(timing, $"{against}: {Seconds(seconds)}", $"{Figure(speedup)}× as fast", goal is { } times ? $"≥ {Figure(times)}×{Verdict(speedup >= times)}" : string.Empty);
    }

    /// <summary>Adds a result whose rate of arithmetic stands against another's.</summary>
    /// <param name="timing">The result.</param>
    /// <param name="operations">Floating-point operations in one run.</param>
    /// <param name="against">What it is compared with.</param>
    /// <param name="rate">The other's operations a second.</param>
    /// <param name="goal">The fraction of that rate to reach; null for no goal.</param>
    public void AddRate(Timing timing, double operations, string against, double rate, double? goal = null)
    {
        var own = operations / timing.MedianSeconds;
        AddRow(
            timing,
            string.Create(CultureInfo.InvariantCulture, $"{against}: {rate / 1e9:F0} GFLOP/s"),
            string.Create(CultureInfo.InvariantCulture, $"{own / 1e9:F0} GFLOP/s, {own / rate:P0}"),
            goal is { } fraction ? string.Create(CultureInfo.InvariantCulture, $"≥ {fraction:P0}{Verdict(own / rate >= fraction)}") : string.Empty);
    }

    /// <summary>Adds a result as a share of another time.</summary>
    /// <param name="timing">The result.</param>
    /// <param name="against">What it is a share of.</param>
    /// <param name="seconds">How long that takes.</param>
    /// <param name="goal">The share not to exceed; null for no goal.</param>
    public void AddShare(Timing timing, string against, double seconds, double? goal = null)
    {
        var share = timing.MedianSeconds / seconds;
        AddRow(
            timing,
            $"{against}: {Seconds(seconds)}",
            string.Create(CultureInfo.InvariantCulture, $"{share:P2} of it"),
            goal is { } most ? string.Create(CultureInfo.InvariantCulture, $"≤ {most:P0}{Verdict(share <= most)}") : string.Empty);
    }

    /// <summary>Adds what was held at two moments.</summary>
    public void AddGrowth(Timing timing, string before, string after) => AddRow(timing, before, after, string.Empty);

    /// <summary>Prints the table.</summary>
    public void Write(TextWriter output)
    {
        output.WriteLine($"## {title}");
        output.WriteLine();
        output.WriteLine("| work | median | runs | against | result | goal |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var row in _rows)
            output.WriteLine($"| {string.Join(" | ", row)} |");
    }

    private static string Verdict(bool met) => met ? ", met" : ", **missed**";

    private static string Seconds(double seconds) => seconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Figure(seconds * 1000)} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{Figure(seconds)} s");

    private static string Figure(double value) => value.ToString(Math.Abs(value) < 10 ? "0.0#" : "0.#", CultureInfo.InvariantCulture);

    private void AddRow(Timing timing, string against, string result, string goal) =>
        _rows.Add([timing.Name, Seconds(timing.MedianSeconds), timing.Runs.ToString(CultureInfo.InvariantCulture), against, result, goal]);
}
