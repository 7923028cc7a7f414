using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training;

/// <summary>What a command that could not do its work says, and how its process ends.</summary>
internal static class Failures
{
    // LibTorch has the same words for another fault than short memory, see DeviceOutOfMemoryException.
    private const string NoWay = "cuDNN found no way to compute, as it does where memory runs out";

    /// <summary>The line for the error stream, and one of <see cref="ExitCodes"/>; null for what is no fault of input, machine or run.</summary>
    /// <param name="failure">What ended the command.</param>
    /// <param name="device">What sets the command's device; null where nothing does.</param>
    public static (string Line, int ExitCode)? Of(Exception failure, string? device) => failure switch
    {
        InvalidConfigurationException or TorchUnavailableException => ($"error: {failure.Message}", ExitCodes.WrongConfiguration),
        InvalidVolumeException or InvalidPackageException or TrainingFailedException or DeviceOutOfMemoryException or ScansOutOfMemoryException or IOException or UnauthorizedAccessException =>
            ($"error: {failure.Message}", ExitCodes.Failure),
        OperationCanceledException => ("stopped before the end", ExitCodes.Interrupted),
        _ when DeviceOutOfMemoryException.IsSaidBy(failure) => ($"error: Memory ran out. {More(device)}", ExitCodes.Failure),

        // With all that is known of it, since it may be no memory that is missing.
        _ when DeviceOutOfMemoryException.IsMeantBy(failure) => ($"error: {NoWay}. {More(device)}{Environment.NewLine}{failure}", ExitCodes.Failure),
        _ => null,
    };

    /// <summary>What a failure that <see cref="DeviceOutOfMemoryException.IsMeantBy"/> says, and no more than that.</summary>
    public static string OfMemory(Exception failure) => DeviceOutOfMemoryException.IsSaidBy(failure) ? "memory ran out" : NoWay;

    private static string More(string? device) => device is null ? "Free some, then call again." : $"Free some on the device, or take another one: {device}.";
}
