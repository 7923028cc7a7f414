namespace Sassnet.Api.TemporaryFiles;

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
