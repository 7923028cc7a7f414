using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

/// <summary>The command line as a user runs it: a process of its own.</summary>
internal sealed class TrainingProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringWriter _output = new();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private TrainingProcess(Process process)
    {
        _process = process;
        _reading = Read(process.StandardOutput);
        _errors = process.StandardError.ReadToEndAsync();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Sassnet.Training");

    public static TrainingProcess Start(params string[] arguments) => StartWith(new Dictionary<string, string>(), arguments);

    /// <summary>One process that finds other variables in its environment.</summary>
    public static TrainingProcess StartWith(IReadOnlyDictionary<string, string> variables, params string[] arguments) => Start(Program, variables, arguments);

    /// <summary>Several processes by Open MPI's launcher, each with its own arguments; the test is skipped where that is not installed.</summary>
    public static TrainingProcess StartTogether(params string[][] arguments)
    {
        const string Launcher = "/usr/bin/mpirun";
        Assert.SkipUnless(File.Exists(Launcher), $"needs {Launcher} (apt-get install openmpi-bin), which is not installed");
        var processes = arguments.Select(own => (string[])["-np", "1", Program, .. own]);
        string[] all = ["--allow-run-as-root", "--oversubscribe", .. processes.Aggregate((before, own) => [.. before, ":", .. own])];
        return Start(Launcher, new Dictionary<string, string>(), all);
    }

    private static TrainingProcess Start(string program, IReadOnlyDictionary<string, string> variables, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new TrainingProcess(Process.Start(start)!);
    }

    public static async Task<(int ExitCode, string Output, string Errors)> Run(CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Start(arguments);
        return await process.End(cancellationToken);
    }

    /// <summary>Everything printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public int Id => _process.Id;

    /// <summary>Waits for the moment to interrupt it at.</summary>
    public async Task WaitUntil(Func<bool> reached, CancellationToken cancellationToken)
    {
        while (!reached())
        {
            Assert.False(_process.HasExited, "The run ended before it could be interrupted.");
            await Task.Delay(5, cancellationToken);
        }
    }

    public void Terminate() => Signal(PosixSignals.Terminate);

    /// <summary>Sends a signal by its name, SIGTERM, SIGINT or SIGUSR1.</summary>
    public void Send(string name) => Signal(name switch
    {
        "SIGINT" => PosixSignals.Interrupt,
        "SIGUSR1" => PosixSignals.User1,
        _ => PosixSignals.Terminate,
    });

    public void Kill() => Signal(PosixSignals.Kill);

    /// <summary>Kills one of the processes that a launcher has started here.</summary>
    public void KillRank(int rank)
    {
        var started = File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(0, PosixSignals.Send(int.Parse(started[rank], CultureInfo.InvariantCulture), PosixSignals.Kill));
    }

    public async Task<(int ExitCode, string Output, string Errors)> End(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reading;
        return (_process.ExitCode, Output, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        _output.Dispose();
    }

    private async Task Read(StreamReader printed)
    {
        while (await printed.ReadLineAsync() is { } line)
        {
            lock (_output)
                _output.WriteLine(line);
        }
    }

    private void Signal(int signal)
    {
        if (PosixSignals.Send(_process.Id, signal) != 0)
            throw new InvalidOperationException($"kill({_process.Id}, {signal}) failed with {Marshal.GetLastPInvokeError()}.");
    }

    private static class PosixSignals
    {
        public const int Interrupt = 2;
        public const int Kill = 9;
        public const int User1 = 10;
        public const int Terminate = 15;

        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Send(int process, int signal);
    }
}
