using Microsoft.Extensions.Options;
using Sassnet.Api.Models;

namespace Sassnet.Api.Reloading;

/// <summary>Watches the folder of packages: by the system's notices, which a network folder does not give, and by a look at it from time to time.</summary>
internal sealed partial class PackageWatch(ModelReload reload, PackageFolder folder, IOptions<ModelsOptions> options, ILogger<PackageWatch> logger)
    : BackgroundService
{
    private readonly SemaphoreSlim _noticed = new(0);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _noticed.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Watch)
            return;
        using var notices = Notices();
        while (true)
        {
            await _noticed.WaitAsync(options.Value.PollPeriod, stoppingToken);
            while (await ChangesAsync())
                await Task.Delay(options.Value.SettlingTime, stoppingToken);
        }
    }

    private async Task<bool> ChangesAsync()
    {
        try
        {
            return await reload.FollowAsync();
        }
        catch (OperationCanceledException)
        {
            // The service ends.
            return false;
        }
        catch (Exception failure)
        {
            // What was served is served on, and the next look may succeed.
            LogFailed(failure);
            return false;
        }
    }

    private FileSystemWatcher? Notices()
    {
        try
        {
            var watcher = new FileSystemWatcher(folder.Path) { IncludeSubdirectories = true };
            watcher.Created += Notice;
            watcher.Changed += Notice;
            watcher.Deleted += Notice;
            watcher.Renamed += Notice;
            watcher.Error += Notice;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception failure) when (failure is IOException or ArgumentException)
        {
            LogNoNotices(failure, options.Value.PollPeriod.TotalSeconds);
            return null;
        }
    }

    // One is enough, however many files change before the next look.
    private void Notice(object sender, EventArgs change)
    {
        try
        {
            if (_noticed.CurrentCount == 0)
                _noticed.Release();
        }
        catch (ObjectDisposedException)
        {
            // The service has ended.
        }
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "The system gives no notices of changes in the folder of packages; it is looked at every {Seconds} s")]
    private partial void LogNoNotices(Exception failure, double seconds);

    [LoggerMessage(EventId = 31, Level = LogLevel.Error, Message = "The folder of packages could not be followed; what is served is served on")]
    private partial void LogFailed(Exception failure);
}
