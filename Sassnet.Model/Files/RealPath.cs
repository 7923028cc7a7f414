namespace Sassnet.Model.Files;

/// <summary>Where paths lead when every symbolic link on the way is followed, to compare what they are of and not how they are written.</summary>
public static class RealPath
{
    // As the kernel: of a loop, the rest of the path stays as it is written, and opens nothing.
    private const int MostLinks = 40;

    /// <summary>The full path without links; what of it is not there yet stays as it is written.</summary>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var parts = new Stack<string>(Parts(full));
        var links = 0;
        while (parts.TryPop(out var part))
        {
            var next = part == ".." ? Path.GetDirectoryName(real) ?? real : Path.Combine(real, part);
            if (links == MostLinks || new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            // Of the target too every part may be a link, and the way back from what a link leads to is another than from the link.
            links++;
            if (Path.IsPathRooted(target))
                real = Path.GetPathRoot(target)!;
            foreach (var further in Parts(target))
                parts.Push(further);
        }

        return real;
    }

    /// <summary>That path, and every folder around it, the innermost first.</summary>
    public static IEnumerable<string> AndAround(string path)
    {
        for (string? place = Of(path); place is not null; place = Path.GetDirectoryName(place))
            yield return place;
    }

    /// <summary>Whether a path leads to a folder or into it.</summary>
    public static bool IsWithin(string path, string folder) => AndAround(path).Contains(Of(folder));

    // The last one first.
    private static IEnumerable<string> Parts(string path) => path[(Path.GetPathRoot(path)?.Length ?? 0)..]
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != ".")
        .Reverse();
}
