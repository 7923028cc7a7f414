using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Sassnet.Training.Tests.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Telemetry;

/// <summary>Where a run's metrics are sent, as the standard variables say.</summary>
public sealed class TelemetryExportTests : IDisposable
{
    private readonly PhantomTraining _training = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317'; accepted: an http or https address, such as http://collector:4317.")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "1m", "OTEL_METRIC_EXPORT_INTERVAL is '1m'; accepted: a whole number from 1 to 2147483647, in milliseconds.")]
    public async Task A_variable_that_would_be_passed_over_ends_the_start_and_leaves_no_folder(string name, string value, string expected)
    {
        await _training.MakePhantoms();
        var folder = Path.Combine(_training.Folder, "unsent");
        var variables = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4317", [name] = value };
        using var process = TrainingProcess.StartWith(variables, "train", "--config", _training.Config, "--output", folder);
        var (exitCode, _, errors) = await process.End(Cancelled);
        Assert.Equal((ExitCodes.WrongConfiguration, $"error: {expected}\n"), (exitCode, errors));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Variables_of_what_a_training_does_not_send_are_not_looked_at()
    {
        await _training.MakePhantoms();
        var variables = new Dictionary<string, string> { ["OTEL_TRACES_SAMPLER"] = "sometimes", ["OTEL_METRIC_EXPORT_INTERVAL"] = "1m" };
        using var process = TrainingProcess.StartWith(
            variables, "train", "--config", _training.Config, "--output", Path.Combine(_training.Folder, "sent"), "--set", "iterations=1");
        var (exitCode, _, errors) = await process.End(Cancelled);
        Assert.True(exitCode == 0, errors);
    }

    [Fact]
    public async Task A_collector_on_this_machine_is_sent_to_without_a_proxy()
    {
        // At the discard port nobody listens.
        const string Proxy = "http://127.0.0.1:9";
        await _training.MakePhantoms();
        using var collector = new Collector();
        var variables = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["http_proxy"] = Proxy,
            ["all_proxy"] = Proxy,
            ["HTTP_PROXY"] = Proxy,
            ["no_proxy"] = "",
            ["NO_PROXY"] = "",
        };
        using var process = TrainingProcess.StartWith(
            variables, "train", "--config", _training.Config, "--output", Path.Combine(_training.Folder, "sent"), "--set", "iterations=1");
        var (exitCode, _, errors) = await process.End(Cancelled);
        Assert.True(exitCode == 0, errors);
        Assert.Contains("/v1/metrics", collector.Posted);
    }

    public void Dispose() => _training.Dispose();

    // Takes what is sent, and says no more than that.
    private sealed class Collector : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Collector()
        {
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            }

            _listener.Prefixes.Add(Address + "/");
            _listener.Start();
            _ = Serve();
        }

        public string Address { get; }

        public ConcurrentQueue<string> Posted { get; } = [];

        public void Dispose() => ((IDisposable)_listener).Dispose();

        private async Task Serve()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                await context.Request.InputStream.CopyToAsync(Stream.Null);
                Posted.Enqueue(context.Request.Url!.AbsolutePath);
                context.Response.Close();
            }
        }
    }
}
