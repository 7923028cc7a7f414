using System.Text.RegularExpressions;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Structure;

/// <summary>The faults of volumes that the service can meet, as the sources of the library have them.</summary>
internal static partial class VolumeFaults
{
    private static readonly string Library = Path.Combine(RepositoryFiles.Root, "Sassnet.Model");

    /// <summary>Their slugs: those that stand beside a kind, or are handed to a method that makes faults of any slug.</summary>
    public static IReadOnlyList<string> Slugs { get; } = Find();

    private static List<string> Find()
    {
        // HDF5 is read for trainings alone.
        var sources = Directory.EnumerateFiles(Library, "*.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetRelativePath(Library, path).Split('/')[0] is not ("bin" or "obj" or "Hdf5"))
            .Select(path => File.ReadAllText(path))
            .ToList();
        var makers = string.Join('|', sources.SelectMany(source => Maker().Matches(source)).Select(match => match.Groups[1].Value).Distinct());

        // What begins with a small letter is a maker's own parameter.
        var made = new Regex($@"(?:InvalidVolumeKind\.\w+,|\b(?:{makers})\()\s*(?:""([^""]+)""|([A-Z][\w.]*))\s*,");
        return
        [
            .. from source in sources
               from match in made.Matches(source)
               select match.Groups[1].Success ? match.Groups[1].Value : Constant(match.Groups[2].Value, source, sources),
        ];
    }

    private static string Constant(string name, string source, List<string> sources)
    {
        var parts = name.Split('.');
        var home = parts is [.., var type, _] ? sources.First(other => other.Contains($"class {type}\n", StringComparison.Ordinal)) : source;
        var constant = Regex.Match(home, $@"const string {parts[^1]} = ""([^""]+)"";");
        Assert.True(constant.Success, $"'{name}' is the slug of a fault, and no constant of that name was found.");
        return constant.Groups[1].Value;
    }

    [GeneratedRegex(@"InvalidVolumeException (\w+)\(string slug\b")]
    private static partial Regex Maker();
}
