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
}
