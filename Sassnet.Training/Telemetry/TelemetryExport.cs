using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Sassnet.Training.Telemetry;

/// <summary>Sends a run's metrics by OTLP, as soon as the standard variables name where to.</summary>
internal static class TelemetryExport
{
    private const string ServiceName = "sassnet-training";
    private static readonly string[] Variables = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    /// <summary>Starts sending, or gives null where no endpoint is named. What is still unsent goes out when it is disposed.</summary>
    public static MeterProvider? Start() =>
        Variables.All(name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            ? null
            : Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3)))
                .AddMeter(TrainingMetrics.MeterName)
                .AddRuntimeInstrumentation()
                .AddOtlpExporter()
                .Build();
}
