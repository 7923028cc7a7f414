using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Xunit;

namespace Sassnet.Api.Tests.Service;

/// <summary>The service as a user starts it: a process of its own, on a free port of this machine, with the random model; every line it prints is kept.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private const int Terminate = 15;
    private const int ToContinue = 18;
    private const int ToStop = 19;

    private static readonly Lazy<string> States = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-api-states-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(5) };

    public Uri Address => Client.BaseAddress!;

    public ConcurrentQueue<string> Lines { get; } = [];

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>The files and sockets that it has open.</summary>
    public int OpenHandles => Directory.GetFileSystemEntries(FormattableString.Invariant($"/proc/{_process.Id}/fd")).Length;

    /// <summary>How to start it.</summary>
    /// <param name="openFiles">Its limit on open files; null for that of the tests.</param>
    /// <param name="environment">Its options.</param>
    public static ProcessStartInfo Command(int? openFiles, params (string Key, string Value)[] environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Sassnet.Api.dll");
        var limited = openFiles is null ? string.Empty : $"ulimit -n {openFiles} && ";
        var start = new ProcessStartInfo("bash", ["-c", $"{limited}exec dotnet exec \"$0\" \"$@\"", program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Sassnet__Models__Folder"] = RandomModel.Folder;
        start.Environment["Sassnet__Models__Default"] = RandomModel.Name;
        start.Environment["XDG_STATE_HOME"] = Path.Combine(States.Value, Guid.NewGuid().ToString("N"));
        start.Environment["Sassnet__Inference__Device"] = "cpu";
        start.Environment["Sassnet__Inference__Precision"] = "Float32";
        start.Environment["Sassnet__Inference__MaxEstimatedTime"] = "1.00:00:00";
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return start;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Exit, string Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public static Task<ServiceProcess> StartAsync(int? openFiles, params (string Key, string Value)[] environment) => StartByAsync(Command(openFiles, environment));

    /// <summary>Starts it by a command of one's own, and waits until it is ready.</summary>
    public static async Task<ServiceProcess> StartByAsync(ProcessStartInfo start)
    {
        var service = new ServiceProcess(Process.Start(start)!);
        try
        {
            await service.ReadyAsync();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a line that says something, and returns the first: what it prints comes here a while after it was logged, and after the answer too.</summary>
    public async Task<string> LineAsync(string words)
    {
        for (var tries = 0; tries < 1200 && !Lines.Any(IsIt); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains(Lines, IsIt);
        return Lines.First(IsIt);

        bool IsIt(string line) => line.Contains(words, StringComparison.Ordinal);
    }

    /// <summary>Sends SIGTERM.</summary>
    public void SendTerminate() => Assert.Equal(0, Kill(_process.Id, Terminate));

    /// <summary>Holds it up where it is (SIGSTOP).</summary>
    public void Stop() => Assert.Equal(0, Kill(_process.Id, ToStop));

    /// <summary>Lets it go on (SIGCONT).</summary>
    public void Continue() => Assert.Equal(0, Kill(_process.Id, ToContinue));

    /// <summary>Sends SIGKILL, and returns once it has ended.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for its end; returns the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ReadyAsync()
    {
        Client.BaseAddress = await _address.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        for (var tries = 0; tries < 1800; tries++)
        {
            using var response = await Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
                return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail("The service did not become ready within three minutes.");
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        Lines.Enqueue(line);
        var at = line.IndexOf(Listening, StringComparison.Ordinal);
        if (at >= 0)
            _address.TrySetResult(new Uri(line[(at + Listening.Length)..].Split('"')[0].Trim()));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
