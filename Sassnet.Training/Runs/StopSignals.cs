using System.Runtime.InteropServices;

namespace Sassnet.Training.Runs;

/// <summary>
/// SIGTERM, Ctrl+C and SIGUSR1, the one that mpirun passes on, as a request to stop, which ends nothing by itself: the process needs as long as it needs. It
/// holds until the process has ended, however many signals come.
/// </summary>
internal static class StopSignals
{
    // What nobody holds is collected, and with it the answer to the signal.
    private static readonly List<PosixSignalRegistration> Held = [];

    // .NET has no name for it, but takes its number.
    private const PosixSignal User1 = (PosixSignal)10;

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
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, User1])
        {
            Held.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = isAnswered(signal == User1 ? "SIGUSR1" : signal.ToString(), !stop.IsCancellationRequested);
                stop.Cancel();
            }));
        }

        return stop.Token;
    }
}
