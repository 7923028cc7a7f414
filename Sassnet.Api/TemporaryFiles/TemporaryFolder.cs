using Sassnet.Api.Configuration;

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

    /// <param name="root">The folder around it; null for one of this user's in the system's temporary folder.</param>
    /// <param name="logger">Hears what was removed.</param>
    /// <exception cref="StartException">The folder cannot be used.</exception>
    public TemporaryFolder(string? root, ILogger<TemporaryFolder> logger)
    {
        root ??= Path.Combine(Path.GetTempPath(), $"sassnet-{Environment.UserName}");
        MakePrivate(root);
        RemoveAbandoned(root, logger);
        _folder = Path.Combine(root, Guid.NewGuid().ToString("N"));
        _lock = new FileStream(_folder + LockExtension, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Directory.CreateDirectory(_folder, OwnerOnly);
    }

    /// <summary>A name for a new file.</summary>
    public TemporaryFile NewFile() => new(Path.Combine(_folder, Guid.NewGuid().ToString("N")));

    /// <summary>A new folder for what belongs to one request.</summary>
    public TemporarySubfolder NewFolder() => new(Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N")), OwnerOnly).FullName);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        File.Delete(_folder + LockExtension);
        _lock.Dispose();
    }

    private static void MakePrivate(string root)
    {
        try
        {
            Directory.CreateDirectory(root, OwnerOnly);

            // Fails on a folder of another user's; a link could lead anywhere.
            File.SetUnixFileMode(root, OwnerOnly);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The folder for uploads, {root}, cannot be used: {failure.Message} Set Sassnet:Uploads:Folder to another one.", failure);
        }

        if (new DirectoryInfo(root).LinkTarget is not null)
            throw new StartException($"The folder for uploads, {root}, is a symbolic link; set Sassnet:Uploads:Folder to a folder of the service's own.");
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
