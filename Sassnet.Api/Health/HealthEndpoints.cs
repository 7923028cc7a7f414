using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Models;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Problems;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Health;

/// <summary>That all is well, or well enough.</summary>
/// <param name="Status"><c>live</c>; <c>ready</c>; or <c>degraded</c>: ready, but not as the folder of models would have it, or without jobs for now.</param>
/// <param name="Problems">Why it is degraded; absent where it is not.</param>
public sealed record HealthStatus(string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Problems = null);

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
        services.AddSingleton<RoomCheck>();
        services.AddSingleton<Readiness>();
        services.AddFigures<ReadinessMetrics>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, HealthJson.Default));
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").AllowAnonymous();
        health.MapGet("/live", Live)
            .WithName("Live")
            .WithSummary("Says whether the process answers, and no device has stopped working")
            .WithDescription("Restart the service when this fails: a device that has stopped works again in no other way.")
            .WithExample(new HealthStatus("live"), HealthJson.Default.HealthStatus)
            .WithProblems(ProblemTypes.DeviceFailed);
        health.MapGet("/ready", Ready)
            .WithName("Ready")
            .WithSummary("Says whether every device works, the default model is loaded and warmed up, and an upload finds room on the disk")
            .WithDescription("Send requests only while this is 200; whether there is room was true at most a second ago. Its status is `degraded` where the default model serves, and other models or packages have problems, which `GET /models` tells in full, or a store of the jobs cannot be reached.")
            .WithExample(new HealthStatus("ready"), HealthJson.Default.HealthStatus)
            .WithProblems(ProblemTypes.NotReady, ProblemTypes.ModelUnavailable, ProblemTypes.DeviceFailed, ProblemTypes.StorageFull);
    }

    private static Ok<HealthStatus> Live(Readiness readiness)
    {
        readiness.RequireDevices();
        return TypedResults.Ok(new HealthStatus("live"));
    }

    private static Ok<HealthStatus> Ready(Readiness readiness, ModelCatalogue catalogue, JobStores jobs)
    {
        readiness.Require();
        string[] problems = [.. Problems(catalogue), .. jobs.Problems];
        return TypedResults.Ok(problems.Length == 0 ? new HealthStatus("ready") : new HealthStatus("degraded", problems));
    }

    // Briefly, since anyone may ask.
    private static IEnumerable<string> Problems(ModelCatalogue catalogue) =>
    [
        .. catalogue.Models.Where(model => model.Fault is not null).Select(model => $"The model {model.Identifier} could not be loaded; GET /models says why."),
        .. catalogue.Problems.Select(problem => problem.Folder == PackageProblem.WholeFolder
            ? "Something is wrong with the folder of packages; GET /models says what."
            : $"Something is wrong with the package in '{problem.Folder}'; GET /models says what."),
    ];
}
