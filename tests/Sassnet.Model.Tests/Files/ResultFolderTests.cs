using Sassnet.Model.Files;
using Xunit;

namespace Sassnet.Model.Tests.Files;

public sealed class ResultFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-results-").FullName;

    [Theory]
    [InlineData("")]
    [InlineData("new")]
    [InlineData("new/and/deeper")]
    public void One_that_is_there_or_can_be_made_is_accepted_and_nothing_is_left_in_it(string folder)
    {
        ResultFolder.RequireWritable(Path.Combine(_folder, folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("notes")]
    [InlineData("notes/new")]
    public void A_file_in_its_place_or_on_its_way_is_named(string folder)
    {
        var file = Path.Combine(_folder, "notes");
        File.WriteAllText(file, "no folder");
        var error = Assert.Throws<IOException>(() => ResultFolder.RequireWritable(Path.Combine(_folder, folder)));
        Assert.Contains($"'{file}' is a file", error.Message, StringComparison.Ordinal);
    }

    // The kernel's own folder takes files of nobody, whoever runs the tests.
    [Fact]
    public void One_that_takes_no_file_is_refused_with_the_reason() =>
        Assert.Contains("the folder '/proc': ", Assert.Throws<IOException>(() => ResultFolder.RequireWritable("/proc")).Message, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
