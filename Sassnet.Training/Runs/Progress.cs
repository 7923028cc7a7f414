using System.Globalization;

namespace Sassnet.Training.Runs;

/// <summary>
/// The console's view of a run: iteration, losses, rate, time that remains and the last validation. On a terminal the last line is alive; without
/// one, only the lines that are due are written, and the first, so that the time it will take is known at once.
/// </summary>
/// <param name="console">Where to.</param>
/// <param name="clock">The time.</param>
/// <param name="isTerminal">Whether a line can be written over.</param>
public sealed class Progress(TextWriter console, TimeProvider clock, bool isTerminal)
{
    private const string ValidationName = "validationDice";
    private const string LineStart = "\r\e[2K";

    private (int Iteration, long Time) _start;
    private int _iterations;
    private TimeSpan _waited;
    private string _validation = "";

    /// <summary>Begins to measure.</summary>
    /// <param name="done">Iterations that were done before.</param>
    /// <param name="iterations">How many there will be in all.</param>
    public void Start(int done, int iterations)
    {
        _start = (done, clock.GetTimestamp());
        _iterations = iterations;
    }

    /// <summary>Reports an iteration.</summary>
    /// <param name="iteration">The iteration just done, counted from 1.</param>
    /// <param name="figures">Its losses and other figures; a validation's Dice is shown from then on.</param>
    /// <param name="waited">How long it waited for data.</param>
    /// <param name="isDue">Whether its line is to stay.</param>
    public void Report(int iteration, IReadOnlyList<(string Name, double Value)> figures, TimeSpan waited, bool isDue)
    {
        ArgumentNullException.ThrowIfNull(figures);
        _waited += waited;
        foreach (var (_, dice) in figures.Where(figure => figure.Name == ValidationName))
            _validation = string.Create(CultureInfo.InvariantCulture, $"  {ValidationName} {dice:F4} at {iteration}");
        var stays = isDue || iteration == _start.Iteration + 1;
        if (!stays && !isTerminal)
            return;
        Write(Line(iteration, figures), stays);
    }

    /// <summary>Says something between the lines; from any thread.</summary>
    public void Say(string text) => Write(text, stays: true);

    // One write: what is said from another thread must not fall into a line.
    private void Write(string line, bool stays) => console.Write((isTerminal ? LineStart : "") + line + (stays ? console.NewLine : ""));

    private string Line(int iteration, IReadOnlyList<(string Name, double Value)> figures)
    {
        var elapsed = clock.GetElapsedTime(_start.Time);
        var each = elapsed / (iteration - _start.Iteration);
        var losses = string.Join("  ", figures.Where(figure => figure.Name != ValidationName)
            .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Name} {figure.Value:G4}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{iteration}/{_iterations}  {losses}{_validation}  {each.TotalSeconds:F2} s/it  waited {100 * (_waited / elapsed):F1} %  {Shown(each * (_iterations - iteration))} left");
    }

    private static string Shown(TimeSpan time) =>
        (time.Days > 0 ? string.Create(CultureInfo.InvariantCulture, $"{time.Days} d ") : "") + time.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);
}
