using System.Text;

namespace Sassnet.Model.Files;

/// <summary>Writes files to a temporary name beside their own and renames them, so that a crash or a full disk leaves the old file or none, never half of one.</summary>
public static class AtomicFile
{
    /// <summary>How names end until a file is whole; a crash leaves such a file behind.</summary>
    public const string TemporaryExtension = ".tmp";

    private const int UniqueDigits = 32;

    /// <summary>Writes a file; an existing one is replaced once the new one is on the disk.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="write">Writes the content; whatever it throws leaves <paramref name="path"/> as it was.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var temporary = $"{path}.{Guid.NewGuid():N}{TemporaryExtension}";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The name of the file that one by a temporary name was to become when a crash left it; null for any name that <see cref="Write"/> does not give.</summary>
    /// <param name="name">A file's name, without its folder.</param>
    public static string? UnfinishedOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.EndsWith(TemporaryExtension, StringComparison.Ordinal))
            return null;
        var unique = name[..^TemporaryExtension.Length];
        return unique.Length > UniqueDigits + 1 && unique[^(UniqueDigits + 1)] == '.' && Guid.TryParseExact(unique[^UniqueDigits..], "N", out _) ? unique[..^(UniqueDigits + 1)] : null;
    }

    /// <summary>Writes a text file in UTF-8.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
