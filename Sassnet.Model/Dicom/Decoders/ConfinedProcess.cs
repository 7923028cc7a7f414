using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>One process that is the first of its process group, from its start to the end of everything in the group.</summary>
internal static partial class ConfinedProcess
{
    private const int SigKill = 9;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it. The caller has it begin with <c>setsid</c>, which makes it the first of a group.</summary>
    /// <returns>Whether its exit code was 0.</returns>
    /// <exception cref="TimeoutException">It was not done within the limit; the group is dead.</exception>
    public static bool Run(string program, IReadOnlyList<string> arguments, string folder, TimeSpan limit, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var dropped = Task.WhenAll(
            process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None),
            process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None));
        try
        {
            Wait(process, limit, ct);
        }
        finally
        {
            // On every way out: a program that ended may have left others behind.
            _ = Kill(-process.Id, SigKill);
            process.WaitForExit(limit);
            dropped.Wait(limit, CancellationToken.None);
        }

        return process.ExitCode == 0;
    }

    private static void Wait(Process process, TimeSpan limit, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(Poll))
        {
            ct.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new TimeoutException();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
