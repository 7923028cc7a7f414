using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Telemetry;
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

    /// <summary>
    /// Whether the service is not to start where the kernel does not let it keep decoders from every file but their own (user and mount namespaces). Default: false,
    /// and the log says so at the start.
    /// </summary>
    public bool RequireConfinement { get; set; }

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
        services.AddSingleton(provider =>
        {
            var limits = provider.GetRequiredService<IOptions<UploadOptions>>().Value;
            return new TemporaryFolder(limits.Folder, limits.MaxTemporaryBytes, provider.GetRequiredService<ILogger<TemporaryFolder>>());
        });
        services.AddSingleton<UploadReceiver>();
        services.AddFigures<UploadMetrics>();
        services.AddSingleton(provider => new PixelDecoder(
            provider.GetRequiredService<IOptions<DicomOptions>>().Value.ForDecoder(), provider.GetRequiredService<ILogger<PixelDecoder>>()));
    }

    /// <summary>
    /// Makes the folder for uploads now, so that one that cannot be used stops the start, and what a crashed process left goes; tries how far decoders can be
    /// confined; and lets clients whose upload is refused see why.
    /// </summary>
    /// <exception cref="StartException">The folder cannot be used, or decoders not be confined as required.</exception>
    public static void UseUploads(this WebApplication app)
    {
        // Bodies are counted where they are read: what the server itself refuses cannot be read away. Not where the server's options are set up, which
        // the builder meets before all options are checked.
        app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize = null;
        app.Services.GetRequiredService<TemporaryFolder>();
        var isConfined = app.Services.GetRequiredService<PixelDecoder>().IsConfined;
        if (!isConfined && app.Services.GetRequiredService<IOptions<DicomOptions>>().Value.RequireConfinement)
        {
            throw new StartException(
                "The kernel gives this user no mounts of its own, and so decoders of compressed DICOM could read what the service can read, "
                + "which Sassnet:Dicom:RequireConfinement forbids. Let it make user and mount namespaces (sysctl kernel.unprivileged_userns_clone and "
                + "kernel.apparmor_restrict_unprivileged_userns, the container's seccomp profile), install unshare (package util-linux), or do without the option.");
        }

        app.UseMiddleware<UnreadBody>();
    }
}
