using System.Diagnostics;

namespace Sassnet.Benchmarks.Service;

/// <summary>The service as a user starts it, with its bundled models: a process of its own on a free port of this machine.</summary>
internal sealed class BenchmarkService : IDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Process _process;

    private BenchmarkService(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromHours(1) };
    }

    /// <summary>Calls it.</summary>
    public HttpClient Client { get; }

    /// <summary>How long processors have worked for it, all together.</summary>
    public double ProcessorSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="options">Its options, as environment variables.</param>
    public static async Task<BenchmarkService> StartAsync(params (string Key, string Value)[] options)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Sassnet.Api.dll")]) { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (key, value) in options)
            start.Environment[key] = value;
        var found = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                found.TrySetResult(new Uri(line.Data[(at + Listening.Length)..].Trim()));
        };
        process.BeginOutputReadLine();
        var service = new BenchmarkService(process, await found.Task.WaitAsync(Longest));
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Longest; await Task.Delay(100))
        {
            using var ready = await service.Client.GetAsync("/health/ready");
            if (ready.IsSuccessStatusCode)
                return service;
        }

        service.Dispose();
        throw new InvalidOperationException($"The service is not ready after {Longest.TotalMinutes} minutes.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
