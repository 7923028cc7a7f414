using System.Diagnostics;
using OpenTelemetry;

namespace Sassnet.Api.Telemetry;

/// <summary>The addresses that whatever watches over the service asks every few seconds; nobody wants to read that in a log or among the traces.</summary>
internal static class Probes
{
    private static readonly string[] Prefixes = ["/health", "/v2", "/metrics"];

    /// <summary>Whether a route is one of them.</summary>
    public static bool Has(string route) => Array.Exists(Prefixes, prefix => route.StartsWith(prefix, StringComparison.Ordinal));
}

/// <summary>Has no exporter send the spans of <see cref="Probes"/>, which would be most of all there are.</summary>
internal sealed class ProbeSilencer : BaseProcessor<Activity>
{
    // Only now: the route is not known at a request's start, and its path may stand behind a prefix.
    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem("http.route") is string route && Probes.Has(route))
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
