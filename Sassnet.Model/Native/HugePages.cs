using System.Runtime.InteropServices;

namespace Sassnet.Model.Native;

/// <summary>
/// Asks the kernel for pages of 2 MiB under a large new array. Memory that was never used costs a fault for each page at the first touch: for a volume of
/// 300 MiB, 77 000 faults of 4 KiB pages take longer than reading and decoding what goes into it.
/// </summary>
internal static partial class HugePages
{
    private const int Advice = 14; // MADV_HUGEPAGE
    private const nint PageSize = 4096;

    /// <summary>Asks. The array is the same whether the kernel agrees or not.</summary>
    public static unsafe void Advise(float[] array)
    {
        fixed (float* start = array)
        {
            // Whole pages only: what shares a page with the array stays as it is.
            var first = ((nint)start + PageSize - 1) / PageSize * PageSize;
            var end = ((nint)start + ((nint)array.Length * sizeof(float))) / PageSize * PageSize;
            if (end > first)
                _ = Madvise(first, end - first, Advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(nint start, nint length, int advice);
}
