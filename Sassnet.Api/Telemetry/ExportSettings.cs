using System.Globalization;
using Sassnet.Api.Configuration;

namespace Sassnet.Api.Telemetry;

/// <summary>
/// OpenTelemetry's own settings (<c>OTEL_…</c>). What it cannot read of them it passes over without a word, and sends nothing, elsewhere, or otherwise than was asked for; here
/// that stops the start.
/// </summary>
internal static class ExportSettings
{
    private const string Exporter = "OTEL_EXPORTER_OTLP_";
    private const string Count = "a whole number from 1 to 2147483647";

    private static readonly string[] Signals = ["TRACES", "METRICS", "LOGS"];
    private static readonly string[] Samplers = ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    // Those of the exporters count where anything is sent: they may be another program's.
    private static readonly Setting[] OfExporters =
    [
        .. Each("ENDPOINT", "an http or https address, such as http://collector:4317", IsAddress),
        .. Each("PROTOCOL", "grpc or http/protobuf", value => value is "grpc" or "http/protobuf"),
        .. Each("TIMEOUT", $"{Count}, in milliseconds", IsCount),
        .. Each("COMPRESSION", "gzip or none", value => IsAmong(value, "gzip", "none")),
        .. Each("HEADERS", "NAME=VALUE, several separated by commas", value => value.Split(',').All(header => header.IndexOf('=') > 0)),
        .. from batch in (string[])["OTEL_BSP_", "OTEL_BLRP_"]
           from name in (string[])["SCHEDULE_DELAY", "EXPORT_TIMEOUT", "MAX_QUEUE_SIZE", "MAX_EXPORT_BATCH_SIZE"]
           select new Setting(batch + name, Count, IsCount),
        .. from name in (string[])["INTERVAL", "TIMEOUT"] select new Setting($"OTEL_METRIC_EXPORT_{name}", $"{Count}, in milliseconds", IsCount),
    ];

    private static readonly Setting[] OfTraces =
    [
        new("OTEL_TRACES_SAMPLER", string.Join(", ", Samplers), value => IsAmong(value, Samplers)),
        new("OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1", value =>
            double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1),
    ];

    /// <summary>Whether somebody says where a signal is to be sent.</summary>
    /// <param name="configuration">The service's.</param>
    /// <param name="signal"><c>TRACES</c>, <c>METRICS</c> or <c>LOGS</c>.</param>
    public static bool IsSent(IConfiguration configuration, string signal) =>
        !string.IsNullOrWhiteSpace(configuration[$"{Exporter}ENDPOINT"]) || !string.IsNullOrWhiteSpace(configuration[$"{Exporter}{signal}_ENDPOINT"]);

    /// <summary>Refuses what OpenTelemetry would pass over.</summary>
    /// <exception cref="StartException">Names each setting that cannot be read, and what is accepted.</exception>
    public static void ThrowIfUnreadable(IConfiguration configuration)
    {
        var read = Signals.Any(signal => IsSent(configuration, signal)) ? OfExporters.Concat(OfTraces) : OfTraces;
        var faults = read.Select(setting => setting.FaultIn(configuration)).OfType<string>().ToList();
        if (faults.Count > 0)
            throw new StartException(string.Join(" ", faults));
    }

    private static IEnumerable<Setting> Each(string name, string accepted, Func<string, bool> isReadable) =>
        from signal in (string[])["", .. Signals.Select(signal => $"{signal}_")] select new Setting($"{Exporter}{signal}{name}", accepted, isReadable);

    private static bool IsAddress(string value) => Uri.TryCreate(value, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Host.Length: > 0 };

    private static bool IsCount(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0;

    private static bool IsAmong(string value, params string[] words) => words.Contains(value, StringComparer.OrdinalIgnoreCase);

    private sealed record Setting(string Key, string Accepted, Func<string, bool> IsReadable)
    {
        // Headers are how a collector is shown who sends.
        private bool IsSecret => Key.EndsWith("HEADERS", StringComparison.Ordinal);

        public string? FaultIn(IConfiguration configuration) => configuration[Key]?.Trim() switch
        {
            null or "" => null,
            var value when IsReadable(value) => null,
            var value => $"{Key} {(IsSecret ? "cannot be read" : $"is '{value}'")}; accepted: {Accepted}.",
        };
    }
}
