using static TorchSharp.torch;

namespace Sassnet.GpuProof;

/// <summary>What is proved, and where.</summary>
/// <param name="DeviceName">The device, as configurations name it.</param>
/// <param name="Device">The same, found.</param>
/// <param name="Recorded">A folder of values that were recorded on scans, for those who have it; else null.</param>
/// <param name="Rounds">How often each thing is timed, after the rounds that warm it up.</param>
/// <param name="IsQuick">Whether small crops and a small scan take the place of the paper's.</param>
internal sealed record ProofSettings(string DeviceName, Device Device, string? Recorded, int Rounds, bool IsQuick)
{
    /// <summary>Rounds before the first that is timed: kernels are loaded and chosen, memory is asked for.</summary>
    public int WarmUp => Math.Min(Rounds, 3);

    /// <summary>Whether the device is a GPU.</summary>
    public bool IsCuda => Device.type == TorchSharp.DeviceType.CUDA;

    /// <summary>Waits until the device has done all it was given.</summary>
    public void Synchronise()
    {
        if (IsCuda)
            cuda.synchronize(Device);
    }
}
