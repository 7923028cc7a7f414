using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sassnet.Api.TemporaryFiles;

/// <summary>
/// Whose a file is, and whether it is a symbolic link: what .NET does not tell. The kernel's <c>statx</c> has one layout on every machine.
/// </summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int OfTheLinkItself = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeAndOwner = 0x1 | 0x8; // STATX_TYPE | STATX_UID
    private const int TypeBits = 0xF000;
    private const int Link = 0xA000;

    /// <summary>The user this process acts as.</summary>
    public static uint Current => GetEffectiveUser();

    /// <summary>Looks at a file or folder without following a link.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static (uint User, bool IsLink) Of(string path) => StatX(CurrentFolder, path, OfTheLinkItself, TypeAndOwner, out var status) == 0
        ? (status.User, (status.Mode & TypeBits) == Link)
        : throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
