using Sassnet.Api.Configuration;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Scheduling;

/// <summary>Registers the scheduler.</summary>
internal static class SchedulingSetup
{
    public static void AddScheduling(this IServiceCollection services)
    {
        services.AddSection<QueueOptions>("Queue");
        services.AddSection<SchedulingOptions>("Scheduling");
        services.AddSingleton<DeviceScheduler>();
        services.AddFigures<DeviceMetrics>();
        services.AddHostedService(provider => provider.GetRequiredService<DeviceScheduler>());
    }
}
