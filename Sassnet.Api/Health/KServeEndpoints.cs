using Microsoft.AspNetCore.Http.HttpResults;
using Sassnet.Api.Access;
using Sassnet.Api.Models;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Health;

/// <summary>That the process answers, and no device has stopped working.</summary>
/// <param name="Live">True.</param>
public sealed record ServerLive(bool Live);

/// <summary>That the service can do its work.</summary>
/// <param name="Ready">True.</param>
public sealed record ServerReady(bool Ready);

/// <summary>That a model can do its work.</summary>
/// <param name="Name">The model, as it was asked for.</param>
/// <param name="Ready">True.</param>
public sealed record ModelReady(string Name, bool Ready);

/// <summary>
/// What watches over the service where KServe's clients do: the health part of the Open Inference Protocol, version 2. Where the answer would be no, it is the
/// problem that <c>/health</c> has.
/// </summary>
internal static class KServeEndpoints
{
    public static void MapKServeHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/v2/health").WithTags("Health").AllowAnonymous();
        health.MapGet("/live", Live)
            .WithName("ServerLive")
            .WithSummary("Says whether the process answers and no device has stopped working, to clients of KServe")
            .WithDescription("As `GET /health/live`, in the form of the Open Inference Protocol.")
            .WithExample(new ServerLive(true), HealthJson.Default.ServerLive)
            .WithProblems(ProblemTypes.DeviceFailed);
        health.MapGet("/ready", Ready)
            .WithName("ServerReady")
            .WithSummary("Says whether the service is ready, to clients of KServe")
            .WithDescription("As `GET /health/ready`, in the form of the Open Inference Protocol.")
            .WithExample(new ServerReady(true), HealthJson.Default.ServerReady)
            .WithProblems(ProblemTypes.NotReady, ProblemTypes.ModelUnavailable, ProblemTypes.DeviceFailed, ProblemTypes.StorageFull);
        app.MapGet("/v2/models/{name}/ready", ReadyModel)
            .WithName("ModelReady")
            .WithTags("Health")
            .WithSummary("Says whether a model is loaded and warmed up, to clients of KServe")
            .WithDescription("In the form of the Open Inference Protocol.")
            .RequireScope(Scope.Models, Scope.Segment)
            .WithExample(new ModelReady("left-atrium", true), HealthJson.Default.ModelReady)
            .WithProblems(ProblemTypes.UnknownModel, ProblemTypes.NotReady, ProblemTypes.ModelUnavailable, ProblemTypes.DeviceFailed);
    }

    private static Ok<ServerLive> Live(Readiness readiness)
    {
        readiness.RequireDevices();
        return TypedResults.Ok(new ServerLive(true));
    }

    private static Ok<ServerReady> Ready(Readiness readiness)
    {
        readiness.Require();
        return TypedResults.Ok(new ServerReady(true));
    }

    private static Ok<ModelReady> ReadyModel(string name, ModelCatalogue catalogue, Readiness readiness)
    {
        readiness.Require(catalogue.Find(name));
        return TypedResults.Ok(new ModelReady(name, true));
    }
}
