using System.Runtime.InteropServices;

namespace Sassnet.Model.Inference;

/// <summary>The device's memory did not suffice for a volume; nothing of the attempt is left in it.</summary>
public sealed class DeviceOutOfMemoryException : Exception
{
    /// <summary>Makes the exception for a device.</summary>
    public DeviceOutOfMemoryException(string device, Exception inner)
        : base($"The memory of the device '{device}' does not suffice for this volume, not even window by window; a smaller volume needs less.", inner)
    {
    }

    /// <summary>Whether an exception of torch or of the runtime says that memory ran out. LibTorch has no type or code for it, only words.</summary>
    public static bool IsMeantBy(Exception failure) => failure is OutOfMemoryException
        || (failure is ExternalException && Phrases.Any(phrase => failure.Message.Contains(phrase, StringComparison.OrdinalIgnoreCase)));

    // Of c10's CUDA allocator, of its CPU allocator, and of cuDNN.
    private static readonly string[] Phrases = ["out of memory", "can't allocate memory", "not enough memory", "CUDNN_STATUS_ALLOC_FAILED"];
}
