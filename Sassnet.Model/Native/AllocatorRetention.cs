using System.Runtime.InteropServices;

namespace Sassnet.Model.Native;

/// <summary>
/// Lets the C allocator keep freed memory. By default glibc hands every large tensor back to the system when it is freed, so that the next one
/// of the same size is faulted in page by page again: on virtual machines that costs more than the convolution in between.
/// </summary>
internal static partial class AllocatorRetention
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int TopPadding = -2;
    private const int MaxMappings = -4;
    private const int MaxArenas = -8;

    private const int PaddingBytes = 64 << 20;

    /// <summary>Sets glibc's options for this process; elsewhere (musl has none) nothing happens.</summary>
    public static void Enable()
    {
        try
        {
            _ = SetOption(MaxMappings, 0);

            // Threads to come would get arenas of their own, which map and return large blocks whatever the other options say. They share those of the
            // threads that .NET has started by now: some, of which any may serve an inference, so that what it leaves free differs from run to run.
            _ = SetOption(MaxArenas, 1);
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(TopPadding, PaddingBytes);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc: its allocator keeps its own habits.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
