using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Page;

/// <summary>The page as it is committed: made from the sources that lie beside it, and not touched since. Needs no Node.</summary>
public sealed class BuiltPageTests
{
    private const string Advice = "Run scripts/build-page and commit Sassnet.Api/wwwroot.";

    private static readonly string[] Sources = ["index.html", "licences", "package-lock.json", "package.json", "public", "sources.ts", "src", "tsconfig.json", "vite.config.ts"];
    private static readonly string Web = Path.Combine(RepositoryFiles.Root, "web");
    private static readonly string Built = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "wwwroot");
    private static readonly JsonElement Inventory = JsonDocument.Parse(File.ReadAllText(Path.Combine(Built, "build.json"))).RootElement;

    [Fact]
    public void It_was_built_from_these_sources()
    {
        var lines = Sources.SelectMany(part => Below(Path.Combine(Web, part))).Select(path => Path.GetRelativePath(Web, path)).Order(StringComparer.Ordinal)
            .Select(path => $"{Hash(Path.Combine(Web, path))}  {path}\n");
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
        Assert.True(expected == Inventory.GetProperty("sources").GetString(), $"web/ is not what the page was built from. {Advice}");
    }

    [Fact]
    public void Its_files_are_those_that_were_built()
    {
        var expected = Inventory.GetProperty("files").EnumerateObject().Select(file => (file.Name, file.Value.GetString()!));
        var found = Below(Built).Select(path => Path.GetRelativePath(Built, path)).Where(path => path != "build.json").Order(StringComparer.Ordinal).Select(path => (path, Hash(Path.Combine(Built, path))));
        Assert.Equal(expected.OrderBy(file => file.Name, StringComparer.Ordinal), found);
    }

    [Fact]
    public void The_notices_of_what_is_in_it_lie_beside_it()
    {
        var notices = File.ReadAllText(Path.Combine(Built, "third-party-notices.txt"));
        Assert.Contains("@niivue/niivue", notices, StringComparison.Ordinal);
        Assert.Contains("Redistribution and use in source and binary forms", notices, StringComparison.Ordinal);
        Assert.Contains("fflate", notices, StringComparison.Ordinal);
    }

    [Fact]
    public void It_has_nothing_inline_and_nothing_from_elsewhere()
    {
        var page = File.ReadAllText(Path.Combine(Built, "index.html"));
        Assert.DoesNotMatch("<script(?![^>]*src=)|<style|style=|://", page.Replace("http://www.w3.org/", string.Empty, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Below(string path) => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : [path];

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
