using System.Diagnostics;
using Xunit;

namespace Sassnet.Api.Tests.TemporaryFiles;

/// <summary>A disk of 8 MiB in memory that can be filled; only where this user may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Bytes = 8 << 20;

    private readonly string _filling;
    private readonly bool _isOwn;

    /// <param name="folder">Where it is mounted, a folder that stays; null for one of its own.</param>
    public SmallDisk(string? folder = null)
    {
        _isOwn = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("sassnet-disk-").FullName;
        _filling = Path.Combine(Folder, "filling");
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={Bytes}", "tmpfs", Folder))
        {
            Remove();
            Assert.Skip("This user may not mount a small disk.");
        }
    }

    public string Folder { get; }

    /// <summary>Fills the disk until so many bytes are left.</summary>
    public void FillUpTo(long free)
    {
        using var file = File.Create(_filling);
        file.Write(new byte[new DriveInfo(Folder).AvailableFreeSpace - free]);
    }

    public void Empty() => File.Delete(_filling);

    /// <summary>Lets it be read and not written, as the kernel does where a disk fails.</summary>
    public void Protect() => Assert.True(Run("mount", "-o", "remount,ro", Folder));

    /// <summary>Lets it be written again.</summary>
    public void Unprotect() => Assert.True(Run("mount", "-o", "remount,rw", Folder));

    public void Dispose()
    {
        Run("umount", "--lazy", Folder);
        Remove();
    }

    private void Remove()
    {
        if (_isOwn)
            Directory.Delete(Folder, recursive: true);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
