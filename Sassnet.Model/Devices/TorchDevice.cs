using System.Globalization;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Model.Devices;

/// <summary>Finds the device that a configuration names, of the service and of a training.</summary>
public static partial class TorchDevice
{
    /// <summary>What a name of a device looks like.</summary>
    public const string Pattern = "^(auto|cpu|cuda(:[0-9]{1,3})?)$";

    /// <summary>The same in words.</summary>
    public const string Accepted = "auto, cpu, cuda or cuda:N";

    private const string Auto = "auto";
    private const string CudaPrefix = "cuda:";

    // The compute capability of Ampere.
    private const int FirstWithBFloat16 = 8;

    /// <summary>Whether a word may name a device; whether that is there is another matter.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>
    /// Reads <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. <c>cuda</c> is the CUDA device of a process's rank on its machine, which is the first one
    /// of a process alone; where ranks outnumber the devices, or each sees its own alone, they are dealt in turns. <c>auto</c> is the same where there is a
    /// CUDA device, else the processor.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="localRank">The process's number among those of its run on this machine, from 0.</param>
    /// <exception cref="ArgumentException">Another word, or a CUDA device that is not there; the message says what is.</exception>
    public static Device Find(string name, int localRank = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(localRank);
        if (!IsName(name))
            throw new ArgumentException($"The device '{name}' is unknown; accepted: {Accepted}.");
        var count = name == "cpu" || !cuda.is_available() ? 0 : cuda.device_count();
        if (name == "cpu" || (name == Auto && count == 0))
            return CPU;
        var index = name.StartsWith(CudaPrefix, StringComparison.Ordinal) ? int.Parse(name.AsSpan(CudaPrefix.Length), CultureInfo.InvariantCulture) : localRank % Math.Max(1, count);
        if (index >= count)
            throw new ArgumentException($"The device '{name}' is not there. LibTorch {Seen(count)}.");
        InitializeDeviceType(DeviceType.CUDA);

        // cuDNN would round the inputs of float32's convolutions to 10 bits of mantissa; who wants it faster takes bfloat16.
        backends.cudnn.allow_tf32 = false;
        return new Device(DeviceType.CUDA, index);
    }

    /// <summary>Whether a device has arithmetic for bfloat16, and does not merely imitate it: a CUDA device from Ampere on. Processors all compute in it, some slowly.</summary>
    public static bool HasBFloat16(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type != DeviceType.CUDA || CudaDriver.ComputeCapability(device.index) >= FirstWithBFloat16;
    }

    private static string Seen(int count) => count switch
    {
        0 => "sees no CUDA device; accepted here: cpu",
        1 => "sees one CUDA device; accepted here: cpu or cuda:0",
        _ => $"sees {count} CUDA devices; accepted here: cpu or cuda:0 to cuda:{count - 1}",
    };

    [GeneratedRegex(Pattern)]
    private static partial Regex Name();
}
