using System.Diagnostics;
using System.Globalization;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>A script of <c>deploy</c> or <c>docker</c>, run by bash.</summary>
internal sealed class BashProcess : IDisposable
{
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

    /// <summary>Sends a signal by its name.</summary>
    public void Send(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

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
}
