namespace Sassnet.Api.Health;

/// <summary>That all is well.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
public sealed record HealthStatus(string Status);
