using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>Programs as a shell starts, sees and kills them.</summary>
internal static class ShellProcess
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> Run(
        string folder, IReadOnlyDictionary<string, string> environment, string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(folder, environment, program, arguments);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts a program.</summary>
    public static Process Start(string folder, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Writes a program in bash, renamed into place: bash reads a script while it runs it.</summary>
    public static void WriteScript(string path, string body)
    {
        File.WriteAllText(path + ".new", $"#!/bin/bash\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Sends SIGKILL; a process that has ended meanwhile is none.</summary>
    public static void Kill(int process) => _ = Send(process, SigKill);

    /// <summary>Asks a process to end.</summary>
    public static void Terminate(int process) => _ = Send(process, SigTerm);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int process, int signal);

    /// <summary>The processes of this machine that can be looked into.</summary>
    public static IEnumerable<SeenProcess> All()
    {
        foreach (var id in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit)))
        {
            SeenProcess process;
            try
            {
                process = new SeenProcess(
                    int.Parse(id!, CultureInfo.InvariantCulture),

                    // After the name, which is in parentheses and may have any: state, then parent.
                    int.Parse(File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ')[2], CultureInfo.InvariantCulture),
                    File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' '),
                    Named(File.ReadAllText($"/proc/{id}/environ").Split('\0')));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            yield return process;
        }
    }

    private static Dictionary<string, string> Named(string[] variables)
    {
        var named = new Dictionary<string, string>();
        foreach (var variable in variables.Where(variable => variable.Contains('=', StringComparison.Ordinal)))
            named[variable[..variable.IndexOf('=', StringComparison.Ordinal)]] = variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return named;
    }
}

/// <summary>A process that runs.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Parent">The number of the one that started it, or 1.</param>
/// <param name="CommandLine">Program and arguments, with spaces between.</param>
/// <param name="Variables">Its environment.</param>
internal sealed record SeenProcess(int Id, int Parent, string CommandLine, IReadOnlyDictionary<string, string> Variables);
