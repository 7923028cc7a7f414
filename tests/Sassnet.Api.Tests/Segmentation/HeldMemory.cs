using System.Diagnostics;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>What this process holds, in bytes.</summary>
/// <param name="Managed">Objects that are still reachable.</param>
/// <param name="Native">Blocks of the C allocator, tensors among them, that nobody freed.</param>
/// <param name="Resident">Pages in memory: both of those, and what the allocators keep for the next request.</param>
internal sealed partial record HeldMemory(long Managed, long Native, long Resident)
{
    public static HeldMemory Now()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        var allocator = AllocatorState();
        return new(managed, (long)(allocator.InUse + allocator.Mapped), Process.GetCurrentProcess().WorkingSet64);
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallInfo AllocatorState();

    // glibc's struct mallinfo2: ten counters, of which these are hblkhd and uordblks.
    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private struct MallInfo
    {
        [FieldOffset(32)]
        public nuint Mapped;

        [FieldOffset(56)]
        public nuint InUse;
    }
}
