using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Sassnet.Api.Models;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Uploads;

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
    private static readonly TimeSpan LoadingRetry = TimeSpan.FromSeconds(2);

    public static void AddHealth(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, HealthJson.Default));

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
            .WithSummary("Says whether the default model is loaded and warmed up, and whether an upload finds room on the disk")
            .WithDescription("Send requests only while this is 200.")
            .WithExample(new HealthStatus("ready"), HealthJson.Default.HealthStatus)
            .WithProblems(ProblemTypes.NotReady, ProblemTypes.ModelUnavailable, ProblemTypes.StorageFull);
    }

    private static Ok<HealthStatus> Live() => TypedResults.Ok(new HealthStatus("live"));

    private static Ok<HealthStatus> Ready(ModelCatalogue catalogue, TemporaryFolder folder, IOptions<UploadOptions> uploads)
    {
        ThrowIfNotReady(catalogue, folder, uploads.Value);
        return TypedResults.Ok(new HealthStatus("ready"));
    }

    /// <summary>Ends a request with what keeps the service from serving others.</summary>
    /// <exception cref="ProblemException">The default model is not ready, or an upload would find no room.</exception>
    public static void ThrowIfNotReady(ModelCatalogue catalogue, TemporaryFolder folder, UploadOptions uploads)
    {
        ThrowIfNotReady(catalogue.Default);
        folder.RequireRoom(uploads.MaxCompressedBytes);
    }

    /// <summary>Ends a request with what keeps a model from serving.</summary>
    /// <exception cref="ProblemException">It is still loading, or could not be loaded.</exception>
    public static void ThrowIfNotReady(ModelHost host)
    {
        if (host.State == ModelState.Failed)
            throw host.Unavailable();
        if (host.State != ModelState.Ready)
            throw new ProblemException(ProblemTypes.NotReady, $"The model {host.Package.Identifier} is still loading. Try again in a moment.", LoadingRetry);
    }
}
