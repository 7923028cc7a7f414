using Xunit;

namespace Sassnet.Api.Tests.Structure;

/// <summary>Which uses are seen, on made-up code.</summary>
public sealed class NamespaceGraphTests
{
    private static readonly SourceFile[] Others =
    [
        SourceFile.Parse("namespace House;\n\npublic static class Key;"),
        SourceFile.Parse("namespace House.Cellar;\n\npublic sealed record Wine(int Year);"),
        SourceFile.Parse("namespace House.Roof;\n\npublic enum Tile { Red }\n\npublic delegate int Count(string of);"),
    ];

    [Theory]
    [InlineData("using House.Cellar;", "", "House.Cellar")]
    [InlineData("using static House.Cellar.Wine;", "", "House.Cellar")]
    [InlineData("using Drink = House.Cellar.Wine;", "", "House.Cellar")]
    [InlineData("", "private House.Cellar.Wine? _wine;", "House.Cellar")]
    [InlineData("", "private Cellar.Wine? _wine = new Cellar.Wine(3), _other = Other.Cellar;", "House.Cellar")]
    [InlineData("", "private readonly object _tile = global::House.Roof.Tile.Red;", "House.Roof")]
    [InlineData("", "private Roof.Count? _count;", "House.Roof")]
    [InlineData("", "/// <exception cref=\"Roof.Tile\">Falls.</exception>\nvoid Fall() { }", "House.Roof")]
    [InlineData("", "private Key? _key;", "House")]
    public void A_use_is_seen(string before, string member, string used) => Assert.Equal([used], UsesOf(before, member));

    [Theory]
    [InlineData("", "// Cellar.Wine is below, and the Key is in the door.\nprivate int _other;")]
    [InlineData("", "/* Roof.Tile */ private string _text = \"Cellar.Wine\" + @\"\\\" + 'K' + \"Key\";")]
    [InlineData("", "private string _text = \"\"\"a \"Roof.Tile\" of Key\"\"\";")]
    [InlineData("", "private int Cellar => _house.Cellar.Wine.Year + Cellar.Depth + _house.Key;")]
    [InlineData("using System.Text;", "private StringBuilder? _text;")]
    public void What_only_looks_like_a_use_is_none(string before, string member) => Assert.Empty(UsesOf(before, member));

    private static IEnumerable<string> UsesOf(string before, string member)
    {
        var file = SourceFile.Parse($"{before}\n\nnamespace House.Hall;\n\ninternal sealed class Door\n{{\n    {member}\n}}\n");
        return new NamespaceGraph([file, .. Others]).Uses.Select(use => use.To);
    }
}
