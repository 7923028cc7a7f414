using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Model.Dicom.Decoders;

namespace Sassnet.Api.Uploads;

/// <summary>Registers what receives uploads.</summary>
internal static class UploadsSetup
{
    public static void AddUploads(this IServiceCollection services)
    {
        services.AddSingleton<TemporaryFolder>();
        services.AddSingleton<UploadReceiver>();
        services.AddSingleton(provider => new PixelDecoder(
            provider.GetRequiredService<IOptions<SassnetOptions>>().Value.Dicom.ForDecoder(), provider.GetRequiredService<ILogger<PixelDecoder>>()));
    }

    /// <summary>Makes the folder for uploads now, so that one that cannot be used stops the start, and what a crashed process left goes.</summary>
    public static void PrepareUploads(this WebApplication app) => app.Services.GetRequiredService<TemporaryFolder>();
}
