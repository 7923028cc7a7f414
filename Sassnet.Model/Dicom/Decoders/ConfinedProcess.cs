using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>One process that is the first of its process group, from its start to the end of everything in the group.</summary>
internal static partial class ConfinedProcess
{
    private const int SigKill = 9;
    private const int BufferBytes = 16 << 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it. The caller has it begin with <c>setsid</c>, which makes it the first of a group.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="limit">The longest it may take.</param>
    /// <param name="complaint">A text to look for in what it prints; the rest is dropped.</param>
    /// <param name="ct">Kills it.</param>
    /// <exception cref="TimeoutException">It was not done within the limit; the group is dead.</exception>
    public static ProcessOutcome Run(
        string program, IReadOnlyList<string> arguments, string folder, TimeSpan limit, string? complaint, CancellationToken ct)
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
        var printed = Task.WhenAll(
            ContainsAsync(process.StandardOutput.BaseStream, complaint),
            ContainsAsync(process.StandardError.BaseStream, complaint));
        try
        {
            Wait(process, limit, ct);
        }
        finally
        {
            // On every way out: a program that ended may have left others behind.
            _ = Kill(-process.Id, SigKill);
            process.WaitForExit(limit);
            printed.Wait(limit, CancellationToken.None);
        }

        return new ProcessOutcome(process.ExitCode == 0, printed.IsCompletedSuccessfully && printed.Result.Contains(true));
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

    /// <summary>Reads a stream to its end, keeping no more of it than a text needs that lies across two reads.</summary>
    private static async Task<bool> ContainsAsync(Stream stream, string? text)
    {
        var wanted = Encoding.ASCII.GetBytes(text ?? string.Empty);
        var buffer = new byte[BufferBytes + wanted.Length];
        var (kept, isFound) = (0, false);
        int count;
        while ((count = await stream.ReadAsync(buffer.AsMemory(kept)).ConfigureAwait(false)) > 0)
        {
            var seen = buffer.AsSpan(0, kept + count);
            isFound |= wanted.Length > 0 && seen.IndexOf(wanted) >= 0;
            kept = Math.Min(seen.Length, wanted.Length);
            seen[^kept..].CopyTo(buffer);
        }

        return isFound;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
