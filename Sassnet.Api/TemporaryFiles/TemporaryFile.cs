namespace Sassnet.Api.TemporaryFiles;

/// <summary>A lease on a temporary file: whoever holds it deletes the file by disposing it.</summary>
internal sealed class TemporaryFile(string path, DiskBudget budget) : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    private long _counted;

    /// <summary>Where it lies. The name is random: nothing of the client's is in it.</summary>
    public string Path { get; } = path;

    /// <summary>Opens the file, which must not exist yet, for writing; readable by this user alone.</summary>
    public FileStream Create(bool asynchronous) => new(Path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        BufferSize = BufferBytes,
        Options = asynchronous ? FileOptions.Asynchronous : FileOptions.None,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    /// <summary>
    /// Opens the file for reading and removes its name at once: its bytes live on for as long as the stream is open, and count until this is
    /// disposed.
    /// </summary>
    public FileStream OpenLast()
    {
        const FileShare share = FileShare.Read | FileShare.Delete;
        var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, share, BufferBytes, FileOptions.Asynchronous);
        File.Delete(Path);
        _counted = stream.Length;
        budget.Take(_counted);
        return stream;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(Path);
        budget.Return(Interlocked.Exchange(ref _counted, 0));
    }
}
