using Sassnet.Model.Files;
using Xunit;

namespace Sassnet.Model.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-files-").FullName;

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        var path = Path.Combine(_folder, "report.csv");
        AtomicFile.WriteText(path, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_write_replaces_the_file()
    {
        var path = Path.Combine(_folder, "report.csv");
        AtomicFile.WriteText(path, "old, and longer");
        AtomicFile.WriteText(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_a_crash_leaves_is_told_by_its_name()
    {
        var names = new List<string>();
        var path = Path.Combine(_folder, "report.csv");
        AtomicFile.Write(path, stream => names.AddRange(Directory.EnumerateFiles(_folder).Select(file => Path.GetFileName(file)!)));
        Assert.Equal("report.csv", AtomicFile.UnfinishedOf(Assert.Single(names)));
    }

    [Theory]
    [InlineData("report.csv")]
    [InlineData("report.csv.tmp")]
    [InlineData(".tmp")]
    [InlineData("report.csv.old.tmp")]
    [InlineData(".0123456789abcdef0123456789abcdef.tmp")]
    [InlineData("report.csv-0123456789abcdef0123456789abcdef.tmp")]
    [InlineData("report.csv.0123456789abcdef0123456789abcdeg.tmp")]
    [InlineData("report.csv.0123456789abcdef0123456789abcdef.txt")]
    public void Other_names_are_of_nothing_unfinished(string name) => Assert.Null(AtomicFile.UnfinishedOf(name));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
