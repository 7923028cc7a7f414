using System.Runtime.InteropServices;

namespace Sassnet.Training.Runs;

/// <summary>
/// SIGTERM, Ctrl+C and SIGUSR1, the one that mpirun passes on, as a request to stop, which is said at once and ends nothing by itself: the process needs as
/// long as it needs to save what it has. It holds until the process has ended, however many signals come.
/// </summary>
internal static class StopSignals
{
    // What nobody holds is collected, and with it the answer to the signal.
    private static readonly List<PosixSignalRegistration> Held = [];

    // .NET has no name for it, but takes its number.
    private const PosixSignal User1 = (PosixSignal)10;

    /// <summary>Begins to listen.</summary>
    /// <param name="say">Gets the signal's name, each time that one comes.</param>
    public static CancellationToken Listen(Action<string> say)
    {
        // Never disposed: a signal may come while the process ends.
        var stop = new CancellationTokenSource();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, User1])
        {
            Held.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                say(signal == User1 ? "SIGUSR1" : signal.ToString());
                stop.Cancel();
            }));
        }

        return stop.Token;
    }
}
