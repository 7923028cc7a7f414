namespace Sassnet.Api.Models;

/// <summary>Registers the models.</summary>
internal static class ModelsSetup
{
    public static void AddModels(this IServiceCollection services)
    {
        services.AddSingleton<ComputeGate>();
        services.AddSingleton<ModelCatalogue>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelCatalogue>());
    }
}
