using Sassnet.Model.Files;
using Xunit;

namespace Sassnet.Model.Tests.Files;

public sealed class FileStampTests : IDisposable
{
    private static readonly DateTime Written = new(2023, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-stamps-").FullName;

    private string Scan => Path.Combine(_folder, "scan");

    [Fact]
    public void Of_a_file_it_has_the_length_and_the_time()
    {
        WriteScan();
        Assert.Equal(new FileStamp(1000, Written, null), FileStamp.Of(Scan));
    }

    [Fact]
    public void Of_a_link_to_a_link_it_has_those_of_the_file_and_when_the_link_was_made()
    {
        WriteScan();
        var first = File.CreateSymbolicLink(Path.Combine(_folder, "first"), Scan);
        var second = File.CreateSymbolicLink(Path.Combine(_folder, "second"), first.FullName);
        Assert.Equal(new FileStamp(1000, Written, second.LastWriteTimeUtc), FileStamp.Of(second.FullName));
    }

    [Fact]
    public void A_relative_link_in_a_folder_that_is_a_link_is_followed_from_where_the_folder_is()
    {
        WriteScan();
        var deep = Directory.CreateDirectory(Path.Combine(_folder, "set", "of", "links")).FullName;
        File.CreateSymbolicLink(Path.Combine(deep, "scan"), Path.Combine("..", "..", "..", "scan"));
        var folder = Directory.CreateSymbolicLink(Path.Combine(_folder, "links"), deep).FullName;
        var stamp = FileStamp.Of(Path.Combine(folder, "scan"));
        Assert.Equal((1000L, Written), (stamp.Bytes, stamp.ModifiedUtc));
    }

    [Fact]
    public void Where_there_is_no_file_the_name_that_was_asked_for_is_in_the_error()
    {
        var link = File.CreateSymbolicLink(Path.Combine(_folder, "link"), Scan).FullName;
        foreach (var path in (string[])[Scan, link])
            Assert.Contains($"'{path}'", Assert.Throws<FileNotFoundException>(() => FileStamp.Of(path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void WriteScan()
    {
        File.WriteAllBytes(Scan, new byte[1000]);
        File.SetLastWriteTimeUtc(Scan, Written);
    }
}
