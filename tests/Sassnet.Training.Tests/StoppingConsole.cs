namespace Sassnet.Training.Tests;

/// <summary>Asks a command to stop when it writes a line that begins so.</summary>
/// <param name="stop">What stops it.</param>
/// <param name="begin">How the line begins.</param>
internal sealed class StoppingConsole(CancellationTokenSource stop, string begin) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.StartsWith(begin, StringComparison.Ordinal) == true)
            stop.Cancel();
    }
}
