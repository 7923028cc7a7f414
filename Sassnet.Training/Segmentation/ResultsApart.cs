using Sassnet.Model.Files;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Segmentation;

/// <summary>
/// Sees that scans and results are apart, wherever links lead: results that lie among scans are segmented by the next call, and scans that lie among results may be
/// replaced.
/// </summary>
internal static class ResultsApart
{
    private static readonly EnumerationOptions Everything = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>Refuses an output folder in which results would be found as scans by the next call.</summary>
    /// <exception cref="InvalidConfigurationException">It is the input folder or lies in it.</exception>
    public static void RequireOutside(string input, string output)
    {
        if (RealPath.IsWithin(output, input))
            throw new InvalidConfigurationException($"--output is {Shown(output)}, which is in --input; accepted: a folder outside {Shown(input)}.");
    }

    /// <summary>Refuses one where that is so of a case's own folder, or by a link in the input folder, or where a scan lies in a case's own folder.</summary>
    /// <param name="input">The input folder.</param>
    /// <param name="output">The output folder, outside of it.</param>
    /// <param name="cases">The cases that lie in the input folder.</param>
    /// <exception cref="InvalidConfigurationException">It is so.</exception>
    public static void RequireFor(string input, string output, IReadOnlyCollection<RawCase> cases)
    {
        var searched = Linked(input, [RealPath.Of(input)]);
        if (Around(output) is { } leading)
            throw new InvalidConfigurationException($"--output is {Shown(output)}, which is in '{leading}', where a link in --input leads; accepted: a folder in which no scans are looked for.");
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var raw in cases)
        {
            var folder = Path.Combine(output, raw.Name);
            if (Around(folder) is { } around)
                throw new InvalidConfigurationException($"The results of the case {raw.Name} would go to {Shown(folder)}, which is in '{around}', where scans are looked for; accepted: an --output in which no case's folder is one of scans.");
            own[RealPath.Of(folder)] = folder;
        }

        foreach (var raw in cases.Where(raw => raw.Image is not null))
        {
            if (RealPath.AndAround(raw.Image!).FirstOrDefault(own.ContainsKey) is { } around)
                throw new InvalidConfigurationException($"The scan of the case {raw.Name}, {Shown(raw.Image!)}, lies in {Shown(own[around])}, where results are to go; accepted: an --output in which no case's folder has a scan.");
        }

        string? Around(string path) => RealPath.AndAround(path).FirstOrDefault(searched.Contains);
    }

    // What links to folders lead to, anywhere below a folder: scans are looked for there too. A loop leads to what is known already.
    private static HashSet<string> Linked(string folder, HashSet<string> known)
    {
        foreach (var inner in new DirectoryInfo(folder).EnumerateDirectories("*", Everything).Where(inner => !RawFile.IsLeftBehind(inner.FullName)))
        {
            if (inner.LinkTarget is null || known.Add(RealPath.Of(inner.FullName)))
                Linked(inner.FullName, known);
        }

        return known;
    }

    private static string Shown(string path)
    {
        var real = RealPath.Of(path);
        return real == Path.TrimEndingDirectorySeparator(path) ? $"'{path}'" : $"'{path}' (which is '{real}')";
    }
}
