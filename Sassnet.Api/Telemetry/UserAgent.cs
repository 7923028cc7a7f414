using System.Net.Http.Headers;

namespace Sassnet.Api.Telemetry;

/// <summary>What the service calls itself in the logs of those that it asks: some refuse requests that do not say who sends them.</summary>
internal static class UserAgent
{
    /// <summary>The product and its version.</summary>
    public static ProductInfoHeaderValue Value { get; } = new("Sassnet", typeof(UserAgent).Assembly.GetName().Version!.ToString(3));
}
