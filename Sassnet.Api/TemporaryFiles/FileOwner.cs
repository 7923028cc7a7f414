using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sassnet.Api.TemporaryFiles;

/// <summary>
/// Whose a file is, and whether it is a symbolic link: what .NET neither tells nor changes. The kernel's <c>statx</c> has one layout on every machine.
/// </summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int OfTheLinkItself = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeAndOwner = 0x1 | 0x8 | 0x10; // STATX_TYPE | STATX_UID | STATX_GID
    private const int TypeBits = 0xF000;
    private const int Link = 0xA000;

    /// <summary>The user this process acts as.</summary>
    public static uint Current => GetEffectiveUser();

    /// <summary>Looks at a file or folder without following a link.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static (uint User, bool IsLink) Of(string path)
    {
        var status = Look(path, OfTheLinkItself);
        return (status.User, (status.Mode & TypeBits) == Link);
    }

    /// <summary>Gives a file the user and the group of the one in whose place it comes; false where this user may not.</summary>
    /// <param name="old">The one that is there.</param>
    /// <param name="renewed">The new one.</param>
    /// <exception cref="IOException">One of them cannot be looked at.</exception>
    public static bool TryKeep(string old, FileStream renewed)
    {
        var (wanted, given) = (Look(old, 0), Look(renewed.Name, 0));
        return (wanted.User, wanted.Group) == (given.User, given.Group) || ChangeOwner(renewed.SafeFileHandle, wanted.User, wanted.Group) == 0;
    }

    private static Status Look(string path, int flags) => StatX(CurrentFolder, path, flags, TypeAndOwner, out var status) == 0
        ? status
        : throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
