using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>A script of <c>deploy</c> or <c>docker</c>, run by bash.</summary>
internal sealed partial class BashProcess : IDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;

    /// <param name="arguments">Bash's.</param>
    /// <param name="environment">Variables to set.</param>
    public BashProcess(IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo("bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
    }

    /// <summary>Waits for a line of its output.</summary>
    public async Task ReadUntilAsync(string line, CancellationToken ct)
    {
        while (await _process.StandardOutput.ReadLineAsync(ct) is { } read && read != line)
        {
        }
    }

    /// <summary>Sends SIGTERM, to which one that has ended meanwhile is deaf.</summary>
    public void Terminate() => _ = Kill(_process.Id, SigTerm);

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct).WaitAsync(TimeSpan.FromMinutes(1), ct);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
