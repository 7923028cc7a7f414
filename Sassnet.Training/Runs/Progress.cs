using System.Globalization;
using Sassnet.Training.Methods;

namespace Sassnet.Training.Runs;

/// <summary>The console's view of a run: a line with the losses, the rate and the time that remains.</summary>
public sealed class Progress(TextWriter console, TimeProvider clock, int firstIteration, int iterations)
{
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Reports an iteration, counted from 1.</summary>
    /// <param name="iteration">The iteration just done.</param>
    /// <param name="losses">Its losses.</param>
    /// <param name="waited">How long the step has waited for data so far.</param>
    public void Report(int iteration, StepLosses losses, TimeSpan waited)
    {
        var elapsed = clock.GetElapsedTime(_start);
        var each = elapsed / (iteration - firstIteration);
        var remaining = each * (iterations - iteration);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{iteration}/{iterations}  loss {losses.Total:F4}  dice {losses.Dice:F4}  sdm {losses.Sdm:F4}  adv {losses.Adversarial:F3}  disc {losses.Discriminator:F3}  {each.TotalSeconds:F2} s/it  waited {100 * (waited / elapsed):F1} %  {remaining:hh\\:mm\\:ss} left"));
    }
}
