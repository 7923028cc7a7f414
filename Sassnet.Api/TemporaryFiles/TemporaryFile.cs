namespace Sassnet.Api.TemporaryFiles;

/// <summary>A lease on a temporary file: whoever holds it deletes the file by disposing it.</summary>
internal sealed class TemporaryFile(string path) : IDisposable
{
    private const int BufferBytes = 128 * 1024;

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

    /// <summary>Opens the file for reading and removes its name at once: its bytes live on for as long as the stream is open.</summary>
    public FileStream OpenLast()
    {
        var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous);
        Dispose();
        return stream;
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Path);
}

/// <summary>A lease on a temporary folder: whoever holds it deletes it, with all that is in it, by disposing it.</summary>
internal sealed class TemporarySubfolder(string path) : IDisposable
{
    /// <summary>Where it lies.</summary>
    public string Path { get; } = path;

    /// <summary>A name for a new file in it.</summary>
    public TemporaryFile NewFile() => new(System.IO.Path.Combine(Path, Guid.NewGuid().ToString("N")));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
