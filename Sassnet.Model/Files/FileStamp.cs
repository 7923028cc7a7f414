namespace Sassnet.Model.Files;

/// <summary>
/// How long a file is and when it was written, without reading it. Of a symbolic link both are those of the file that it leads to: <see cref="FileInfo"/> tells
/// those of the link itself, whose length is that of a path, and which stays as it is whatever becomes of the file.
/// </summary>
/// <param name="Bytes">The file's length.</param>
/// <param name="ModifiedUtc">When it was last written.</param>
/// <param name="LinkedUtc">When the link was made, by which one that leads elsewhere now is known though that file is as long and as old; null of what is no link.</param>
public readonly record struct FileStamp(long Bytes, DateTime ModifiedUtc, DateTime? LinkedUtc)
{
    /// <summary>Looks at a file.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <exception cref="FileNotFoundException">There is none, or the link leads to none.</exception>
    /// <exception cref="IOException">What the link leads to cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or is a folder.</exception>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is null)
            return new FileStamp(file.Length, file.LastWriteTimeUtc, LinkedUtc: null);

        // Opened, so that the system follows the link: what .NET resolves it to is another place where the link is relative and its folder a link too.
        using var target = File.OpenHandle(path);
        return new FileStamp(RandomAccess.GetLength(target), File.GetLastWriteTimeUtc(target), file.LastWriteTimeUtc);
    }
}
