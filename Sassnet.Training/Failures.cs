using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;

namespace Sassnet.Training;

/// <summary>What a command that could not do its work says, and how its process ends.</summary>
internal static class Failures
{
    /// <summary>The line for the error stream, and one of <see cref="ExitCodes"/>; null for what is no fault of input, machine or run.</summary>
    public static (string Line, int ExitCode)? Of(Exception failure) => failure switch
    {
        InvalidConfigurationException or TorchUnavailableException => ($"error: {failure.Message}", ExitCodes.WrongConfiguration),
        InvalidVolumeException or InvalidPackageException or TrainingFailedException or DeviceOutOfMemoryException or IOException or UnauthorizedAccessException =>
            ($"error: {failure.Message}", ExitCodes.Failure),
        OperationCanceledException => ("stopped before the end", ExitCodes.Interrupted),
        _ when DeviceOutOfMemoryException.IsMeantBy(failure) =>
            ("error: Memory ran out. Free some on the device, or take another one: --device of a command, 'device' of a configuration.", ExitCodes.Failure),
        _ => null,
    };
}
