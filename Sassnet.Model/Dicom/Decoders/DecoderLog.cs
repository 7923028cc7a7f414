using Microsoft.Extensions.Logging;

namespace Sassnet.Model.Dicom.Decoders;

/// <summary>What decoding logs; never anything of a patient.</summary>
internal static partial class DecoderLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The kernel gives this user no namespaces: DICOM decoders run under limits, but can reach the network and read this user's files")]
    public static partial void NotIsolated(ILogger logger);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The kernel gives this user no mounts of its own: DICOM decoders run under limits and without network, but can read this user's files")]
    public static partial void FilesVisible(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Compressed DICOM is not decoded: {Tool} is not installed (package {Package})")]
    public static partial void ToolMissing(ILogger logger, string tool, string package);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Tool} failed or complained on {Frames} frames")]
    public static partial void Failed(ILogger logger, string tool, int frames);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Tool} was killed after {Seconds} s on {Frames} frames")]
    public static partial void Killed(ILogger logger, string tool, double seconds, int frames);
}
