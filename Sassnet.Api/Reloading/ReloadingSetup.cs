using Microsoft.AspNetCore.Http.HttpResults;
using Sassnet.Api.Access;
using Sassnet.Api.Models;
using Sassnet.Api.OpenApi;

namespace Sassnet.Api.Reloading;

/// <summary>Exchanges models while the service runs: when the folder of packages changes, and by <c>POST /models/reload</c>.</summary>
internal static class ReloadingSetup
{
    public static void AddReloading(this IServiceCollection services)
    {
        services.AddSingleton<ModelReload>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelReload>());
        services.AddHostedService<PackageWatch>();
    }

    /// <summary>Opens the packages, so that one that is needed and cannot be opened stops the start.</summary>
    /// <exception cref="Configuration.StartException">It does.</exception>
    public static void OpenModels(this WebApplication app) => app.Services.GetRequiredService<ModelReload>().Open();

    public static void MapReloading(this IEndpointRouteBuilder app) => app.MapPost("/models/reload", Reload)
        .WithTags("Models")
        .RequireScope(Scope.Models)
        .WithName("ReloadModels")
        .WithSummary("Takes over what has changed in the folder of packages")
        .WithDescription("Checks every package anew; loads those that are new or changed and tries them out beside those that serve, and exchanges them, while requests go on. "
            + "Answers when that is done, with the models that are served then and what is wrong with packages that are not.")
        .WithExample(ModelExamples.List, ModelsJson.Default.ModelList);

    // It goes on when the client goes away: half of it would be no better.
    private static async Task<Ok<ModelList>> Reload(ModelReload reload, ModelCatalogue catalogue, CancellationToken aborted)
    {
        await reload.ReloadAsync().WaitAsync(aborted);
        return TypedResults.Ok(ModelList.Of(catalogue));
    }
}
