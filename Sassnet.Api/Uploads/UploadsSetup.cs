using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Model.Dicom.Decoders;

namespace Sassnet.Api.Uploads;

/// <summary>How compressed DICOM is decoded.</summary>
public sealed class DicomOptions
{
    /// <summary>Folders in which dcmdjpeg, dcmdjpls, opj_decompress and util-linux are looked for, separated by colons. Default: the environment's PATH.</summary>
    public string? DecoderPath { get; set; }

    /// <summary>The longest a decoder may take for a series; then it is killed, and the answer is 504. Default: 1 minute. Range: 10 milliseconds to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan DecoderTimeLimit { get; set; } = new PixelDecoderOptions().TimeLimit;

    /// <summary>The options as the model library takes them.</summary>
    internal PixelDecoderOptions ForDecoder()
    {
        var options = new PixelDecoderOptions { TimeLimit = DecoderTimeLimit };
        return DecoderPath is null ? options : options with { SearchPath = DecoderPath };
    }
}

/// <summary>Registers what receives uploads and reads them.</summary>
internal static class UploadsSetup
{
    public static void AddUploads(this IServiceCollection services)
    {
        services.AddSection<UploadOptions>("Uploads");
        services.AddSection<DicomOptions>("Dicom");
        services.AddSingleton(provider => new TemporaryFolder(
            provider.GetRequiredService<IOptions<UploadOptions>>().Value.Folder, provider.GetRequiredService<ILogger<TemporaryFolder>>()));
        services.AddSingleton<UploadReceiver>();
        services.AddSingleton(provider => new PixelDecoder(
            provider.GetRequiredService<IOptions<DicomOptions>>().Value.ForDecoder(), provider.GetRequiredService<ILogger<PixelDecoder>>()));
    }

    /// <summary>
    /// Lets the server take in the largest upload, and makes the folder for uploads now, so that one that cannot be used stops the start, and what a
    /// crashed process left goes.
    /// </summary>
    public static void PrepareUploads(this WebApplication app)
    {
        // Not where the server's options are set up: the builder makes the server, and would meet these options, before they are all checked.
        var limits = app.Services.GetRequiredService<IOptions<UploadOptions>>().Value;
        app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize = limits.MaxBodyBytes;
        app.Services.GetRequiredService<TemporaryFolder>();
    }
}
