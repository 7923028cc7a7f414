using Sassnet.Api.Configuration;
using Sassnet.Api.Problems;
using Sassnet.Model.Wording;

namespace Sassnet.Api.TemporaryFiles;

/// <summary>
/// This process's own folder for uploads and answers, inside a folder that only this user can enter. Beside it lies a file that the process
/// keeps locked for as long as it lives: a folder whose lock is free belongs to a process that crashed, and the next one to start removes it.
/// </summary>
internal sealed partial class TemporaryFolder : IDisposable
{
    private const string LockExtension = ".lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly DiskBudget _budget;

    /// <param name="root">The folder around it; null for one of this user's in the system's temporary folder.</param>
    /// <param name="maxBytes">The most bytes of uploads and answers, all together.</param>
    /// <param name="logger">Hears what was removed.</param>
    /// <exception cref="StartException">The folder cannot be used.</exception>
    public TemporaryFolder(string? root, long maxBytes, ILogger<TemporaryFolder> logger)
    {
        // With a separator at its end, a link would be followed.
        root = Path.TrimEndingDirectorySeparator(root ?? Path.Combine(Path.GetTempPath(), $"sassnet-{Environment.UserName}"));
        _budget = new DiskBudget(maxBytes);
        _folder = Path.Combine(root, Guid.NewGuid().ToString("N"));
        try
        {
            PrivateFolder.Make(root, "for uploads", "Sassnet:Uploads:Folder");
            RemoveAbandoned(root, logger);
            _lock = new FileStream(_folder + LockExtension, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            Directory.CreateDirectory(_folder, OwnerOnly);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The folder for uploads, {root}, cannot be used: {failure.Message} Set Sassnet:Uploads:Folder to another one.", failure);
        }
    }

    /// <summary>The problem of a request for which there is no room.</summary>
    public static ProblemException Full(FormattableString why, Exception? inner = null) => new(
        ProblemTypes.StorageFull,
        FormattableString.Invariant(why) + ". Nothing is wrong with the request: try again in a while.",
        ProblemTypes.StorageRetry,
        inner);

    /// <summary>The bytes that uploads and answers take or will take.</summary>
    public long Taken => _budget.Taken;

    /// <summary>The bytes that are free on its disk, to this user.</summary>
    public long Free => new DriveInfo(_folder).AvailableFreeSpace;

    /// <summary>A name for a new file.</summary>
    public TemporaryFile NewFile() => new(Path.Combine(_folder, Guid.NewGuid().ToString("N")), _budget);

    /// <summary>A new folder for what belongs to one request.</summary>
    /// <param name="bytes">For so many there must be room, which is taken as they come; 0 where the request does not say how many it sends.</param>
    /// <exception cref="ProblemException">There is no room for so many bytes.</exception>
    public TemporarySubfolder NewFolder(long bytes)
    {
        var subfolder = new TemporarySubfolder(Path.Combine(_folder, Guid.NewGuid().ToString("N")), _budget);
        try
        {
            subfolder.Require(bytes);
            Directory.CreateDirectory(subfolder.Path, OwnerOnly);
            var free = new DriveInfo(_folder).AvailableFreeSpace;
            return bytes <= free ? subfolder : throw Full($"The upload has {Counted.Of(bytes, "byte")}, and on the disk of this service {Counted.Of(free, "is", "are")} free");
        }
        catch
        {
            subfolder.Dispose();
            throw;
        }
    }

    /// <summary>Tries whether an upload would find room: other programs fill disks too.</summary>
    /// <param name="bytes">What an upload may need. On a disk smaller than twice that, half of it is enough.</param>
    /// <exception cref="ProblemException">It would not.</exception>
    public void RequireRoom(long bytes)
    {
        try
        {
            // What the service itself has taken it will give back, and says in an answer of its own.
            var disk = new DriveInfo(Path.GetDirectoryName(_folder)!);
            var (needed, free) = (Math.Min(bytes, disk.TotalSize / 2), disk.AvailableFreeSpace + _budget.Taken);
            if (free < needed)
                throw Full($"On the disk of this service {Counted.Of(free, "byte is", "bytes are")} free for uploads; {Counted.Of(needed, "is", "are")} needed");
            using var probe = NewFolder(0);
            using var stream = probe.NewFile().Create(asynchronous: false);
            stream.WriteByte(0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Full($"The folder for uploads cannot be written", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        File.Delete(_folder + LockExtension);
        _lock.Dispose();
    }

    private static void RemoveAbandoned(string root, ILogger logger)
    {
        foreach (var path in Directory.EnumerateFiles(root, "*" + LockExtension))
        {
            try
            {
                using var abandoned = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                var folder = Path.ChangeExtension(path, null);
                if (Directory.Exists(folder))
                    Directory.Delete(folder, recursive: true);
                File.Delete(path);
                LogRemoved(logger);
            }
            catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
            {
                // Its process lives, or another one is just removing it.
            }
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "Removed the temporary files of a process that ended without doing so")]
    private static partial void LogRemoved(ILogger logger);
}
