using Sassnet.Model.Files;
using Xunit;

namespace Sassnet.Model.Tests.Files;

public sealed class FullDiskTests
{
    [Fact]
    public void What_writing_to_a_full_disk_throws_is_told_from_other_failures()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        Assert.True(FullDisk.IsMeantBy(Assert.ThrowsAny<IOException>(() => full.Write([1]))));
        Assert.True(FullDisk.IsMeantBy(new IOException("The quota is used up.", 122)));
        Assert.False(FullDisk.IsMeantBy(new IOException("Another process is gone.")));
        Assert.False(FullDisk.IsMeantBy(new FileNotFoundException()));
        Assert.False(FullDisk.IsMeantBy(new InvalidOperationException { HResult = FullDisk.NoSpace }));
    }
}
