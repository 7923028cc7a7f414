using System.Runtime.InteropServices;

namespace Sassnet.Benchmarks.Measuring;

/// <summary>Takes files out of the kernel's page cache, so that the next read of them comes from the disk.</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    /// <summary>Takes one file out.</summary>
    public static void Forget(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);

        // Pages that are not on the disk yet would stay.
        RandomAccess.FlushToDisk(file);
        _ = Advise((int)file.DangerousGetHandle(), 0, 0, DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
