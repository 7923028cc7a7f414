using Xunit;

namespace Sassnet.Tests;

/// <summary>Finds the repository's own files and the data that lies beside it on machines that have it.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder of the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file of tests/golden: part of the repository, never absent.</summary>
    public static string Golden(string name) => Path.Combine(Root, "tests", "golden", name);

    /// <summary>A path below the shared data; the test is skipped, with the reason, where it is absent.</summary>
    public static string Shared(params string[] parts)
    {
        var path = Path.Combine([Root, "..", "shared", .. parts]);
        Assert.SkipUnless(Path.Exists(path), $"needs {Path.Combine(["../shared", .. parts])}, which is not beside this checkout");
        return path;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sassnet.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No Sassnet.slnx above {AppContext.BaseDirectory}.");
    }
}
