using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Sassnet.Model.Outgoing;
using Sassnet.Model.Telemetry;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Telemetry;

/// <summary>Sends a run's metrics by OTLP, as soon as the standard variables name where to.</summary>
internal static class TelemetryExport
{
    private const string ServiceName = "sassnet-training";
    private const string Signal = "METRICS";

    private static readonly ExportSettings Settings = new(Environment.GetEnvironmentVariable, Signal);

    /// <summary>Refuses what OpenTelemetry would pass over, before anything of a run is made.</summary>
    /// <exception cref="InvalidConfigurationException">A setting of OpenTelemetry cannot be read.</exception>
    public static void RequireReadable()
    {
        if (Settings.Faults is { Count: > 0 } faults)
            throw new InvalidConfigurationException(string.Join(' ', faults));
    }

    /// <summary>Starts sending, or gives null where no endpoint is named. What is still unsent goes out when it is disposed.</summary>
    public static MeterProvider? Start()
    {
        if (!Settings.IsSent(Signal))
            return null;
        OutgoingProxy.Use();
        return Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3)))
            .AddMeter(TrainingMetrics.MeterName)
            .AddRuntimeInstrumentation()
            .AddOtlpExporter()
            .Build();
    }
}
