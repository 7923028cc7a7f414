using System.Diagnostics.Metrics;
using Sassnet.Api.Problems;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Health;

/// <summary>Whether the service is ready, as a figure: whoever reads figures needs to ask nothing else.</summary>
internal sealed class ReadinessMetrics
{
    public ReadinessMetrics(IMeterFactory meters, Readiness readiness) => meters.Create(ServiceMetrics.MeterName).CreateObservableUpDownCounter(
        "sassnet.ready", () => IsReady(readiness) ? 1 : 0, "{service}", "1 where GET /health/ready says that requests are served, else 0.");

    private static bool IsReady(Readiness readiness)
    {
        try
        {
            readiness.Require();
            return true;
        }
        catch (Exception problem) when (problem is ProblemException or InvalidOperationException)
        {
            // Nothing is served yet; or no longer, where the service is ending.
            return false;
        }
    }
}
