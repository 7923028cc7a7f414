using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Files;

/// <summary>
/// The files of jobs in the folder of the jobs, which all nodes share: a folder for each job, in it one for each set. A set is written under another name, brought
/// to the disk and renamed.
/// </summary>
internal sealed class FolderFiles(JobFolder folder, ILogger<FolderFiles> logger) : IJobFiles
{
    private const int BufferBytes = 128 * 1024;

    private readonly StoreReach _reach = new("folder", IsOfFolder, logger);

    public bool IsAway => _reach.IsAway;

    public TimeSpan SweepPause => TimeSpan.Zero;

    public Task ProbeAsync() => _reach.ProveAsync(() => Task.Run(() =>
    {
        folder.Try();
        return true;
    }));

    public Task<string> NewPartAsync(FileSet set) => UseAsync(() => folder.NewPart(set));

    public Task PutAsync(FileSet set, string folder, CancellationToken cancellation) => UseAsync(() =>
    {
        Rename(folder, set);
        return true;
    });

    public Task<string> FetchAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation) => Task.FromResult(PathOf(set));

    public Task<Stream?> OpenAsync(FileSet set, string name, CancellationToken cancellation) => UseAsync(() =>
    {
        try
        {
            return (Stream?)new FileStream(
                Path.Combine(PathOf(set), name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException && Directory.Exists(folder.Path))
        {
            return null;
        }
    });

    public Task<bool> HasAsync(FileSet set, IReadOnlyList<string> names, CancellationToken cancellation) =>
        UseAsync(() => names.All(name => File.Exists(Path.Combine(PathOf(set), name))));

    public Task<bool> CopyAsync(FileSet from, FileSet to, IReadOnlyList<StoredResult> results, CancellationToken cancellation) => UseAsync(() =>
    {
        var part = folder.NewPart(to);
        try
        {
            foreach (var name in results.Select(result => result.Output))
            {
                var copy = Path.Combine(part, name);
                File.Copy(Path.Combine(PathOf(from), name), copy);
                using var file = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite);
                file.Flush(flushToDisk: true);
            }
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException && Directory.Exists(folder.Path))
        {
            folder.Discard(part);
            return false;
        }

        Rename(part, to);
        return true;
    });

    public Task<IReadOnlyDictionary<string, IReadOnlyCollection<string>>> ListAsync(string? job, CancellationToken cancellation) => UseAsync(() =>
    {
        // What else may lie beside them is nobody's here.
        var jobs = job is null
            ? Directory.EnumerateDirectories(folder.Path).Where(path => Guid.TryParseExact(Path.GetFileName(path), "N", out _))
            : [folder.PathOf(job)];
        return (IReadOnlyDictionary<string, IReadOnlyCollection<string>>)jobs.ToDictionary(path => Path.GetFileName(path), SetsIn);
    });

    public Task ClearAsync(string job, FileSet? kept) => UseAsync(() =>
    {
        folder.Clear(job, kept);
        return true;
    });

    // A full disk is not one that is away: it says so in a problem of its own.
    private static bool IsOfFolder(Exception failure) =>
        failure is IOException or UnauthorizedAccessException && ProblemExceptionHandler.Of(failure).Type != ProblemTypes.StorageFull;

    // A job may go while the folder is being listed.
    private static IReadOnlyCollection<string> SetsIn(string path) =>
        Directory.Exists(path) ? [.. Directory.EnumerateDirectories(path).Select(set => Path.GetFileName(set))] : [];

    private void Rename(string part, FileSet set)
    {
        JobFolder.Delete(PathOf(set));
        DurableFiles.Rename(part, PathOf(set));
        DurableFiles.Sync(folder.Path);
    }

    private string PathOf(FileSet set) => folder.PathOf(set);

    private Task<T> UseAsync<T>(Func<T> work) => _reach.UseAsync(() => Task.Run(work));
}
