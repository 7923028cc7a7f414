using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Jobs.Callbacks;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Endpoints;
using Sassnet.Api.Jobs.Execution;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Jobs;

/// <summary>Registers the jobs; after the models, which they stand on and before which they stop.</summary>
internal static class JobsSetup
{
    public static void AddJobs(this IServiceCollection services)
    {
        services.AddSection<JobsOptions>("Jobs");
        services.AddSingleton<JobFolder>();
        services.AddSingleton<JobDatabase>();
        services.AddFigures<JobMetrics>();
        services.AddSingleton<JobsInHand>();
        services.AddSingleton<JobSignal>();
        services.AddSingleton<FolderFiles>();
        services.AddSingleton<Standstill>();
        services.AddSingleton<S3Files>();
        services.AddSingleton<IJobFiles>(provider => provider.GetRequiredService<IOptions<JobsOptions>>().Value.Store == JobStoreKind.Folder
            ? provider.GetRequiredService<FolderFiles>()
            : provider.GetRequiredService<S3Files>());
        services.AddSingleton<JobSpool>();
        services.AddSingleton<JobStores>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobCache>();
        services.AddSingleton<RecordTimes>();
        services.AddSingleton<JobClaims>();
        services.AddSingleton<JobView>();
        services.AddSingleton<FollowedLine>();
        services.AddSingleton<JobEvents>();
        services.AddSingleton<JobExecution>();
        services.AddSingleton<JobArchive>();
        services.AddSingleton<JobRun>();
        services.AddSingleton<JobSubmission>();
        services.AddSingleton<CallbackAddress>();
        services.AddSingleton<JobRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<JobRetention>());
        services.AddHostedService<JobWorker>();
        services.AddHostedService<CallbackSender>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, JobsJson.Default));
        services.ConfigureSwaggerGen(swagger => swagger.OperationFilter<JobDocumentation>());
    }

    /// <summary>Opens the folder and the store of the jobs now, so that one that is named and cannot be used stops the start.</summary>
    public static void UseJobs(this WebApplication app) => app.Services.GetRequiredService<IJobFiles>();
}
