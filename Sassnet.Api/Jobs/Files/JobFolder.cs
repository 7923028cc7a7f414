using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Model.Files;

namespace Sassnet.Api.Jobs.Files;

/// <summary>
/// The folder of the jobs, which only this user can enter: for each job a folder, with its files or, where those lie in a bucket, what of them is in hand. Unless
/// nodes share it, the process keeps a file in it locked for as long as it lives: with SQLite, whatever the records say is under way was then left by a process
/// that is gone.
/// </summary>
internal sealed partial class JobFolder : IDisposable
{
    private const string Option = "Sassnet:Jobs:Folder";
    private const string LockFile = "process.lock";

    // Of this process alone: one that was taken for gone may still be writing what another has begun anew.
    private readonly string _unfinished = $".{Guid.NewGuid():N}.part";
    private readonly FileStream? _lock;
    private readonly ILogger _logger;

    /// <exception cref="StartException">The folder that is named cannot be used.</exception>
    public JobFolder(IOptions<JobsOptions> options, ILogger<JobFolder> logger)
    {
        _logger = logger;
        IsShared = options.Value.Database != JobDatabaseKind.Sqlite;
        var hasAll = options.Value.Store == JobStoreKind.Folder;
        Path = System.IO.Path.TrimEndingDirectorySeparator(options.Value.Folder ?? Default() ?? string.Empty);
        try
        {
            if (Path.Length == 0)
                throw new IOException("Neither STATE_DIRECTORY nor XDG_STATE_HOME nor HOME says where this user's state is kept.");
            PrivateFolder.Make(Path, "of the jobs", Option);
            _lock = IsShared && hasAll ? null : Lock();
            IsUsable = true;
            LogUsed(logger, hasAll ? Path : $"the bucket {options.Value.S3!.Bucket}, and in {Path} while they are in hand", options.Value.Database);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or StartException)
        {
            var line = $"The folder of the jobs, {Path}, cannot be used: {failure.Message} Set {Option} to another one.";
            if (options.Value.Folder is not null)
                throw new StartException(line, failure);
            LogRefused(logger, line);
        }
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Whether other processes work on the same jobs.</summary>
    public bool IsShared { get; }

    /// <summary>Whether there can be jobs.</summary>
    public bool IsUsable { get; }

    /// <summary>Refuses a request where there can be no jobs.</summary>
    /// <exception cref="ProblemException">There can be none.</exception>
    public void RequireUsable()
    {
        if (!IsUsable)
        {
            throw new ProblemException(JobProblemTypes.StoreUnavailable,
                "This service keeps no jobs, since its folder for them cannot be used; its log says why. Send the volume to POST /segment, which answers at once.",
                RetryAfter);
        }
    }

    /// <summary>The jobs that have a folder in it; what else may lie beside them is nobody's here.</summary>
    public IReadOnlyList<string> Jobs() =>
        [.. Directory.EnumerateDirectories(Path).Select(path => System.IO.Path.GetFileName(path)!).Where(name => Guid.TryParseExact(name, "N", out _))];

    /// <summary>The folder of a job.</summary>
    public string PathOf(string job) => System.IO.Path.Combine(Path, job);

    /// <summary>The folder of a set.</summary>
    public string PathOf(FileSet set) => System.IO.Path.Combine(Path, set.Job, set.Name);

    /// <summary>Where this process puts the files of a set together.</summary>
    public string PartOf(FileSet set) => PathOf(set) + _unfinished;

    /// <summary><see cref="PartOf"/>, made and empty.</summary>
    /// <exception cref="IOException">It cannot be made; or the folder of the jobs is away, and to make another one in its place would leave them in two.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    public string NewPart(FileSet set)
    {
        if (!Directory.Exists(Path))
            throw new DirectoryNotFoundException($"{Path} is not there.");
        Delete(PartOf(set));
        Directory.CreateDirectory(PartOf(set));
        return PartOf(set);
    }

    /// <summary>Tries whether files can be made in it, brought to the disk and removed. A full disk is no failure here: it has a problem of its own where there is something to store.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">They cannot.</exception>
    public void Try()
    {
        // As of a job that there is not: what a process leaves that ends here is swept.
        var set = FileSet.Input(Guid.NewGuid().ToString("N"));
        try
        {
            var part = NewPart(set);
            using (var file = new FileStream(System.IO.Path.Combine(part, "tried"), FileMode.CreateNew))
            {
                file.WriteByte(0);
                file.Flush(flushToDisk: true);
            }

            DurableFiles.Sync(part);
        }
        catch (IOException full) when (FullDisk.IsMeantBy(full))
        {
            // It can be reached.
        }

        Delete(PathOf(set.Job));
    }

    /// <summary>Removes all of a job but one set.</summary>
    public void Clear(string job, FileSet? kept = null)
    {
        var (path, left) = (PathOf(job), kept is { } set ? PathOf(set) : null);
        if (!Directory.Exists(path))
            return;
        foreach (var inside in Directory.EnumerateDirectories(path).Where(inside => inside != left))
            Delete(inside);
        if (left is null || !Directory.Exists(left))
            Delete(path);
    }

    /// <summary>Removes a folder with all in it; of two that do so at once, one finds nothing left.</summary>
    public static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    /// <summary>Removes a folder that nobody needs any more, as far as it can be; what is left is swept.</summary>
    public void Discard(string path)
    {
        try
        {
            Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogLeft(_logger, path, failure.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    private static TimeSpan RetryAfter => TimeSpan.FromMinutes(5);

    private static string? Default() =>
        Variable("STATE_DIRECTORY") is { } state ? System.IO.Path.Combine(state.Split(':')[0], "jobs")
        : Variable("XDG_STATE_HOME") is { } xdg ? System.IO.Path.Combine(xdg, "sassnet", "jobs")
        : Variable("HOME") is { } home ? System.IO.Path.Combine(home, ".local", "state", "sassnet", "jobs")
        : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private FileStream Lock()
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(Path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure)
        {
            throw new IOException("another process keeps its jobs there; each has a folder of its own, or all share one with Sassnet:Jobs:Database=postgresql.", failure);
        }
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Information, Message = "Jobs are kept in {Folder} ({Database})")]
    private static partial void LogUsed(ILogger logger, string folder, JobDatabaseKind database);

    [LoggerMessage(EventId = 41, Level = LogLevel.Warning, Message = "Jobs are refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(EventId = 52, Level = LogLevel.Warning, Message = "{Folder} could not be removed and is swept later: {Reason}")]
    private static partial void LogLeft(ILogger logger, string folder, string reason);
}
