using System.Runtime.InteropServices;

namespace Sassnet.Model.Inference.Memory;

/// <summary>The device's memory did not suffice for a volume, or for a network; nothing of the attempt is left in it.</summary>
public sealed class DeviceOutOfMemoryException : Exception
{
    // Of c10's CUDA allocator, of its CPU allocator, of cuBLAS and of cuDNN before and since its version 9, and of the C++ runtime.
    private static readonly string[] Phrases = ["out of memory", "can't allocate memory", "not enough memory", "ALLOC_FAILED", "ALLOCATION_FAILED", "bad_alloc"];

    // What LibTorch says where every kernel of cuDNN's failed: it passes over one whose workspace found no memory, and forgets why.
    private static readonly string[] PhrasesOfNoKernel = ["unable to find an engine to execute this computation", "unable to find a valid cuDNN algorithm"];

    /// <summary>Makes the exception for a volume.</summary>
    public DeviceOutOfMemoryException(string device, Exception inner)
        : this(inner, $"The memory of the device '{device}' does not suffice for this volume, not even in parts; a smaller volume needs less.")
    {
    }

    private DeviceOutOfMemoryException(Exception inner, string message)
        : base(message, inner)
    {
    }

    /// <summary>Makes the exception for a network that a device has no memory for.</summary>
    public static DeviceOutOfMemoryException OfNetwork(string device, Exception inner) =>
        new(inner, $"The memory of the device '{device}' does not suffice for the network.");

    /// <summary>
    /// Whether an exception of torch or of the runtime says that memory ran out, or may well mean it: cuDNN's convolutions have the same words for that and for
    /// a device that they have no kernels for. LibTorch has no type or code for it, only words. Enough to try with less, but not to say that memory ran out.
    /// </summary>
    public static bool IsMeantBy(Exception failure) => IsSaidBy(failure) || Has(failure, PhrasesOfNoKernel);

    /// <summary>Whether an exception of torch or of the runtime says in so many words that memory ran out.</summary>
    public static bool IsSaidBy(Exception failure) => failure is OutOfMemoryException || Has(failure, Phrases);

    private static bool Has(Exception failure, string[] phrases) =>
        failure is ExternalException && phrases.Any(phrase => failure.Message.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
