using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sassnet.Api.Jobs.Files;

/// <summary>
/// Makes sure that files are on the disk and not only on their way: .NET can do that for a file's bytes, but not for the names in a folder.
/// </summary>
internal static partial class DurableFiles
{
    private const int ReadOnly = 0; // O_RDONLY
    private const int OnlyFolders = 0x10000; // O_DIRECTORY
    private const int CloseOnExec = 0x80000; // O_CLOEXEC

    /// <summary>Renames a folder whose files are on the disk, and returns once its new name is too.</summary>
    /// <exception cref="IOException">It cannot be renamed, or the disk does not take it.</exception>
    public static void Rename(string from, string to)
    {
        Sync(from);
        Directory.Move(from, to);
        Sync(Path.GetDirectoryName(to)!);
    }

    /// <summary>Returns once the names in a folder are on the disk.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public static void Sync(string folder)
    {
        var handle = Open(folder, ReadOnly | OnlyFolders | CloseOnExec);
        if (handle < 0)
            throw Failure();
        try
        {
            if (Synchronise(handle) != 0)
                throw Failure();
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static IOException Failure()
    {
        var number = Marshal.GetLastPInvokeError();
        return new IOException(new Win32Exception(number).Message, number);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronise(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
