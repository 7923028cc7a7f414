using System.Globalization;
using System.Runtime.InteropServices;
using Sassnet.Tests;

namespace Sassnet.GpuProof;

/// <summary>
/// The most memory that this process has taken: on a GPU, of the card, the driver's context not counted, as what is free there has become less since the start,
/// for LibTorch gives nothing back before it ends (let nothing else run on the card); on the processor, of the machine.
/// </summary>
internal sealed partial class PeakMemory
{
    private const string Driver = "libcuda.so.1";

    private readonly ProofSettings _settings;
    private readonly long _freeAtStart;

    /// <summary>Begins to measure, before anything is on the device.</summary>
    public PeakMemory(ProofSettings settings)
    {
        _settings = settings;
        if (settings.IsCuda)
            _freeAtStart = Card(settings.Device.index).Free;
    }

    /// <summary>The bytes so far.</summary>
    public long Bytes => _settings.IsCuda ? _freeAtStart - Card(_settings.Device.index).Free : ProcessMemory.MostResidentBytes;

    /// <summary>A card's name and its memory in GiB.</summary>
    public static unsafe string Describe(int index)
    {
        const int MostCharacters = 100;
        var name = stackalloc byte[MostCharacters];
        Check(Initialise(0));
        Check(Get(out var device, index));
        Check(Name(name, MostCharacters, device));
        return string.Create(CultureInfo.InvariantCulture, $"{Marshal.PtrToStringUTF8((nint)name)}, {Card(index).Total / (double)(1 << 30):F1} GiB");
    }

    // In the context that LibTorch uses too, whichever device is current.
    private static (long Free, long Total) Card(int index)
    {
        Check(Initialise(0));
        Check(Get(out var device, index));
        Check(Retain(out var context, device));
        Check(Push(context));
        Check(Memory(out var free, out var total));
        Check(Pop(out _));
        return ((long)free, (long)total);
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new InvalidOperationException($"NVIDIA's driver answers {result} (CUresult).");
    }

    [LibraryImport(Driver, EntryPoint = "cuInit")]
    private static partial int Initialise(uint flags);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGet")]
    private static partial int Get(out int device, int ordinal);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGetName")]
    private static unsafe partial int Name(byte* name, int length, int device);

    [LibraryImport(Driver, EntryPoint = "cuDevicePrimaryCtxRetain")]
    private static partial int Retain(out nint context, int device);

    [LibraryImport(Driver, EntryPoint = "cuCtxPushCurrent_v2")]
    private static partial int Push(nint context);

    [LibraryImport(Driver, EntryPoint = "cuCtxPopCurrent_v2")]
    private static partial int Pop(out nint context);

    [LibraryImport(Driver, EntryPoint = "cuMemGetInfo_v2")]
    private static partial int Memory(out nuint free, out nuint total);
}
