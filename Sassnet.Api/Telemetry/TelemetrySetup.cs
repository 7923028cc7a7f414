using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sassnet.Api.Configuration;
using Sassnet.Model.Inference;
using Sassnet.Model.Telemetry;

namespace Sassnet.Api.Telemetry;

/// <summary>
/// Traces, metrics and logs by OpenTelemetry. Prometheus reads the metrics at <c>/metrics</c>; everything goes out by OTLP as soon as the
/// standard variables (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or one of a single signal) name where to.
/// </summary>
internal static class TelemetrySetup
{
    private const string ServiceName = "sassnet";

    /// <exception cref="StartException">A setting of OpenTelemetry cannot be read.</exception>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var export = new ExportSettings(name => configuration[name], "TRACES", "METRICS", "LOGS");
        if (export.Faults is { Count: > 0 } faults)
            throw new StartException(string.Join(' ', faults));
        builder.Services.AddSingleton<ServiceMetrics>();
        builder.Services.ConfigureSwaggerGen(swagger => swagger.DocumentFilter<MetricsDocumentation>());

        // Enough to find the trace; the span and its parent would only lengthen each line.
        builder.Logging.Configure(logging => logging.ActivityTrackingOptions = ActivityTrackingOptions.TraceId);

        builder.Services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, FrameworkLog>();

        // The framework's way to take a request's context, and OpenTelemetry's, which only takes another where this is another kind.
        builder.Services.AddSingleton<DistributedContextPropagator, TraceIds>();
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3)))
            .WithTracing(tracing =>
            {
                tracing.AddSource(StageTimings.Source.Name, Segmenter.ActivitySourceName).AddAspNetCoreInstrumentation()
                    .AddProcessor<AddressScrubber>().AddProcessor<ProbeSilencer>();
                if (export.IsSent("TRACES"))
                    tracing.AddOtlpExporter();
            })
            .WithMetrics(metrics =>
            {
                // System.Runtime (AddRuntimeInstrumentation) brings the process's figures too: dotnet.process.*.
                metrics.AddMeter(ServiceMetrics.MeterName).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddPrometheusExporter();
                if (export.IsSent("METRICS"))
                    metrics.AddOtlpExporter();
            });
        builder.Services.ConfigureOpenTelemetryMeterProvider(TakeOwnMetersOnly);
        if (export.IsSent("LOGS"))
            telemetry.WithLogging(logging => logging.AddOtlpExporter(), logs => logs.IncludeScopes = true);
    }

    /// <summary>Has figures of a feature read: its instruments are there as soon as anybody can read any.</summary>
    public static void AddFigures<T>(this IServiceCollection services)
        where T : class
    {
        services.AddSingleton<T>();
        services.AddSingleton(new Figures(typeof(T)));
    }

    public static IEndpointConventionBuilder MapTelemetry(this WebApplication app)
    {
        // Not when OpenTelemetry is made, which may be before the configuration that they depend on is checked as a whole.
        foreach (var figures in app.Services.GetServices<Figures>())
            app.Services.GetRequiredService(figures.Type);
        return app.MapPrometheusScrapingEndpoint().WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
    }

    // OpenTelemetry listens to every meter of a name in the process: of two services in one (as in tests), each would count for both, and the end of one would take
    // the other's figures away. The process's own meters are nobody's.
    private static void TakeOwnMetersOnly(IServiceProvider provider, MeterProviderBuilder metrics)
    {
        var own = provider.GetRequiredService<IMeterFactory>();
        metrics.AddView(instrument => instrument.Meter.Scope is null || instrument.Meter.Scope == own ? null : MetricStreamConfiguration.Drop);
    }

    private sealed record Figures(Type Type);
}

/// <summary>
/// Takes out of a request's span what the client wrote freely (path, query, user agent, host, method): <c>curl -T name.nii.gz</c> puts a file's name, and
/// with it perhaps a patient's, into the path. The route says where a request went.
/// </summary>
internal sealed class AddressScrubber : BaseProcessor<Activity>
{
    private static readonly string[] FreeText =
    [
        "url.path", "url.query", "url.full", "user_agent.original", "server.address", "server.port", "http.request.method_original",
        "http.target", "http.url", "http.host",
    ];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in FreeText)
            data.SetTag(tag, null);
    }
}
