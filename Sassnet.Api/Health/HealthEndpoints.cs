using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Health;

/// <summary>That all is well.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
public sealed record HealthStatus(string Status);

/// <summary>Its JSON form.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthStatus))]
[JsonSerializable(typeof(ServerLive))]
[JsonSerializable(typeof(ServerReady))]
[JsonSerializable(typeof(ModelReady))]
internal sealed partial class HealthJson : JsonSerializerContext;

/// <summary><c>GET /health/live</c> and <c>GET /health/ready</c>, for whatever watches over the service.</summary>
internal static class HealthEndpoints
{
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<Readiness>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, HealthJson.Default));
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").AllowAnonymous();
        health.MapGet("/live", Live)
            .WithName("Live")
            .WithSummary("Says whether the process answers")
            .WithDescription("Restart the service when this fails.")
            .WithExample(new HealthStatus("live"), HealthJson.Default.HealthStatus);
        health.MapGet("/ready", Ready)
            .WithName("Ready")
            .WithSummary("Says whether every device works, the default model is loaded and warmed up, and an upload finds room on the disk")
            .WithDescription("Send requests only while this is 200.")
            .WithExample(new HealthStatus("ready"), HealthJson.Default.HealthStatus)
            .WithProblems(ProblemTypes.NotReady, ProblemTypes.ModelUnavailable, ProblemTypes.DeviceFailed, ProblemTypes.StorageFull);
    }

    private static Ok<HealthStatus> Live() => TypedResults.Ok(new HealthStatus("live"));

    private static Ok<HealthStatus> Ready(Readiness readiness)
    {
        readiness.Require();
        return TypedResults.Ok(new HealthStatus("ready"));
    }
}
