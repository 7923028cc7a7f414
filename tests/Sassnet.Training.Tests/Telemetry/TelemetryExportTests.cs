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

    public void Dispose() => _training.Dispose();
}
