using System.Runtime.InteropServices;

namespace Sassnet.Training.Runs;

/// <summary>
/// SIGTERM and Ctrl+C as a request to stop, which ends nothing by itself: the process needs as long as it needs. It holds until the process has ended,
/// however many signals come.
/// </summary>
internal static class StopSignals
{
    // What nobody holds is collected, and with it the answer to the signal.
    private static readonly List<PosixSignalRegistration> Held = [];

    /// <summary>Begins to listen, for work that has something to save.</summary>
    /// <param name="say">Gets the signal's name, each time that one comes.</param>
    public static CancellationToken Listen(Action<string> say) => Listen((signal, _) =>
    {
        say(signal);
        return true;
    });

    /// <summary>Begins to listen, for work that has nothing to save: the first signal asks it to stop, the next ends the process at once.</summary>
    public static CancellationToken ListenOnce() => Listen((_, isFirst) => isFirst);

    private static CancellationToken Listen(Func<string, bool, bool> isAnswered)
    {
        // Never disposed: a signal may come while the process ends.
        var stop = new CancellationTokenSource();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT])
        {
            Held.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = isAnswered(context.Signal.ToString(), !stop.IsCancellationRequested);
                stop.Cancel();
            }));
        }

        return stop.Token;
    }
}
