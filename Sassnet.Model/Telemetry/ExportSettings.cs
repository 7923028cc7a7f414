using System.Globalization;

namespace Sassnet.Model.Telemetry;

/// <summary>
/// OpenTelemetry's own settings (<c>OTEL_…</c>) of a program that sends by OTLP. What OpenTelemetry cannot read of them it passes over without a word, and sends nothing,
/// elsewhere, or otherwise than was asked for.
/// </summary>
/// <param name="read">The value of a setting; null where it is absent.</param>
/// <param name="signals">What the program can send: <c>TRACES</c>, <c>METRICS</c>, <c>LOGS</c>.</param>
public sealed class ExportSettings(Func<string, string?> read, params string[] signals)
{
    private const string Exporter = "OTEL_EXPORTER_OTLP_";
    private const string Count = "a whole number from 1 to 2147483647";

    private static readonly string[] Samplers = ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    // Of the sampler: it decides whether or not anything is sent.
    private static readonly Setting[] OfTraces =
    [
        new("OTEL_TRACES_SAMPLER", string.Join(", ", Samplers), value => IsAmong(value, Samplers)),
        new("OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1", value =>
            double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1),
    ];

    /// <summary>What OpenTelemetry would pass over: a sentence for each setting that cannot be read, with what is accepted.</summary>
    public IReadOnlyList<string> Faults =>
    [
        // Those of the exporters count where anything is sent: they may be another program's.
        .. (signals.Any(IsSent) ? OfExporters() : []).Concat(signals.Contains("TRACES") ? OfTraces : []).Select(setting => setting.FaultIn(read)).OfType<string>(),
    ];

    /// <summary>Whether somebody says where a signal is to be sent.</summary>
    /// <param name="signal">One of those that the program can send.</param>
    public bool IsSent(string signal) => !string.IsNullOrWhiteSpace(read($"{Exporter}ENDPOINT")) || !string.IsNullOrWhiteSpace(read($"{Exporter}{signal}_ENDPOINT"));

    private IEnumerable<Setting> OfExporters() =>
    [
        .. Each("ENDPOINT", "an http or https address, such as http://collector:4317", IsAddress),
        .. Each("PROTOCOL", "grpc or http/protobuf", value => value is "grpc" or "http/protobuf"),
        .. Each("TIMEOUT", $"{Count}, in milliseconds", IsCount),
        .. Each("COMPRESSION", "gzip or none", value => IsAmong(value, "gzip", "none")),
        .. Each("HEADERS", "NAME=VALUE, several separated by commas", value => value.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0)),
        .. signals.SelectMany(OfBatches),
    ];

    private IEnumerable<Setting> Each(string name, string accepted, Func<string, bool> isReadable) =>
        from signal in (string[])["", .. signals.Select(signal => $"{signal}_")] select new Setting($"{Exporter}{signal}{name}", accepted, isReadable);

    private static IEnumerable<Setting> OfBatches(string signal) => signal switch
    {
        "METRICS" => from name in (string[])["INTERVAL", "TIMEOUT"] select new Setting($"OTEL_METRIC_EXPORT_{name}", $"{Count}, in milliseconds", IsCount),
        _ => from name in (string[])["SCHEDULE_DELAY", "EXPORT_TIMEOUT", "MAX_QUEUE_SIZE", "MAX_EXPORT_BATCH_SIZE"]
             select new Setting($"{(signal == "TRACES" ? "OTEL_BSP" : "OTEL_BLRP")}_{name}", Count, IsCount),
    };

    private static bool IsAddress(string value) => Uri.TryCreate(value, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Host.Length: > 0 };

    private static bool IsCount(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0;

    private static bool IsAmong(string value, params string[] words) => words.Contains(value, StringComparer.OrdinalIgnoreCase);

    private sealed record Setting(string Key, string Accepted, Func<string, bool> IsReadable)
    {
        // Headers are how a collector is shown who sends.
        private bool IsSecret => Key.EndsWith("HEADERS", StringComparison.Ordinal);

        public string? FaultIn(Func<string, string?> read) => read(Key)?.Trim() switch
        {
            null or "" => null,
            var value when IsReadable(value) => null,
            var value => $"{Key} {(IsSecret ? "cannot be read" : $"is '{value}'")}; accepted: {Accepted}.",
        };
    }
}
