using Sassnet.Api.TemporaryFiles;

namespace Sassnet.Api.Uploads;

/// <summary>Registers what receives uploads.</summary>
internal static class UploadsSetup
{
    public static void AddUploads(this IServiceCollection services)
    {
        services.AddSingleton<TemporaryFolder>();
        services.AddSingleton<UploadReceiver>();
    }

    /// <summary>Makes the folder for uploads now, so that one that cannot be used stops the start, and what a crashed process left goes.</summary>
    public static void PrepareUploads(this WebApplication app) => app.Services.GetRequiredService<TemporaryFolder>();
}
