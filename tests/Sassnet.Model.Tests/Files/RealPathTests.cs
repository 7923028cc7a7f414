using Sassnet.Model.Files;
using Xunit;

namespace Sassnet.Model.Tests.Files;

public sealed class RealPathTests : IDisposable
{
    private readonly string _folder = RealPath.Of(Directory.CreateTempSubdirectory("sassnet-paths-").FullName);

    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a/b/", "a/b")]
    [InlineData("link", "a/b")]
    [InlineData("link/new/deeper", "a/b/new/deeper")]
    [InlineData("absolute/b", "a/b")]
    [InlineData("again/new", "a/b/new")]
    [InlineData("up", "a")]
    [InlineData("gone/new", "elsewhere/new")]
    [InlineData("loop/new", "loop/new")]
    public void Every_link_on_the_way_is_followed_and_what_is_not_there_stays_as_it_is_written(string path, string expected)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a", "b"));
        Link("link", "a/b");
        Link("absolute", Path.Combine(_folder, "a"));
        Link("again", "./absolute/../link");

        // Not the folder of the link, but that of what it leads to.
        Link("up", "link/..");
        Link("gone", "elsewhere");
        Link("loop", "loop");
        Assert.Equal(Path.Combine(_folder, expected), RealPath.Of(Path.Combine(_folder, path)));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a/b", true)]
    [InlineData("link", true)]
    [InlineData("link/new", true)]
    [InlineData("ab", false)]
    [InlineData("", false)]
    [InlineData("a/out", false)]
    public void A_path_is_within_a_folder_by_where_it_leads(string path, bool expected)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a", "b"));
        Link("link", "a/b");
        Link("a/out", "..");
        Assert.Equal(expected, RealPath.IsWithin(Path.Combine(_folder, path), Path.Combine(_folder, "a")));
        Assert.True(RealPath.IsWithin(Path.Combine(_folder, path), "/"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(_folder, name), target);
}
