using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Problems;
using Sassnet.Api.TemporaryFiles;

namespace Sassnet.Api.Jobs;

/// <summary>
/// The folder of the jobs, which only this user can enter. With SQLite the process keeps a file in it locked for as long as it lives: whatever the records
/// say is under way was then left by a process that is gone.
/// </summary>
internal sealed partial class JobFolder : IDisposable
{
    private const string Option = "Sassnet:Jobs:Folder";
    private const string LockFile = "process.lock";

    private readonly FileStream? _lock;

    /// <exception cref="StartException">The folder that is named cannot be used.</exception>
    public JobFolder(IOptions<JobsOptions> options, ILogger<JobFolder> logger)
    {
        IsShared = options.Value.Database != JobDatabaseKind.Sqlite;
        Path = System.IO.Path.TrimEndingDirectorySeparator(options.Value.Folder ?? Default() ?? string.Empty);
        try
        {
            if (Path.Length == 0)
                throw new IOException("Neither STATE_DIRECTORY nor XDG_STATE_HOME nor HOME says where this user's state is kept.");
            PrivateFolder.Make(Path, "of the jobs", Option);
            _lock = IsShared ? null : Lock();
            IsUsable = true;
            LogUsed(logger, Path, options.Value.Database);
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
}
