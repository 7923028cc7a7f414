using System.Runtime.InteropServices;

namespace Sassnet.Model.Native;

/// <summary>Memory that was freed and that the allocators keep for the next time.</summary>
public static partial class FreedMemory
{
    /// <summary>
    /// Gives it back to the system: what the garbage collector holds and, where it is glibc's, what the C allocator holds (see
    /// <see cref="AllocatorRetention"/>). Takes some tenths of a second, and the next inference pays for the pages anew.
    /// </summary>
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc: its allocator keeps its own habits.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint padding);
}
