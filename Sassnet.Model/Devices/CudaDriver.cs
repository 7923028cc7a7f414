using System.Runtime.InteropServices;

namespace Sassnet.Model.Devices;

/// <summary>What NVIDIA's driver says of a device; TorchSharp 0.107 has no such question.</summary>
internal static partial class CudaDriver
{
    private const string Library = "libcuda.so.1";
    private const int ComputeCapabilityMajor = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR

    /// <summary>The first number of a device's compute capability: 7 Volta and Turing, 8 Ampere and Ada, 9 Hopper; 0 where the driver does not say.</summary>
    /// <param name="index">The device's number, as LibTorch counts.</param>
    public static int ComputeCapability(int index)
    {
        try
        {
            return Initialise(0) == 0 && Get(out var device, index) == 0 && Attribute(out var major, ComputeCapabilityMajor, device) == 0 ? major : 0;
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialise(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    private static partial int Get(out int device, int ordinal);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetAttribute")]
    private static partial int Attribute(out int value, int attribute, int device);
}
