using System.Globalization;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>Finds the device that a configuration names.</summary>
public static class InferenceDevice
{
    private const string CudaPrefix = "cuda:";

    /// <summary>Reads <c>auto</c>, <c>cpu</c> or <c>cuda:N</c>; <c>auto</c> is the first CUDA device where there is one, else the processor.</summary>
    /// <exception cref="ArgumentException">Another word, or a CUDA device that is not there; the message says what is accepted here.</exception>
    public static Device Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var count = cuda.is_available() ? cuda.device_count() : 0;
        if (name == "cpu" || (name == "auto" && count == 0))
            return CPU;
        var number = name == "auto" ? "0" : name.StartsWith(CudaPrefix, StringComparison.Ordinal) ? name[CudaPrefix.Length..] : "";
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw new ArgumentException($"The device '{name}' is unknown; 'auto', 'cpu' and 'cuda:N' are accepted.", nameof(name));
        if (index >= count)
            throw new ArgumentException($"The device '{name}' is not there: LibTorch sees {count} CUDA devices; 'auto' and 'cpu' always work.", nameof(name));
        InitializeDeviceType(TorchSharp.DeviceType.CUDA);
        return new Device(TorchSharp.DeviceType.CUDA, index);
    }
}
