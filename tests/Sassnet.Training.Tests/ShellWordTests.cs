using System.Diagnostics;
using Xunit;

namespace Sassnet.Training.Tests;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("runs/mine")]
    [InlineData("")]
    [InlineData("my runs")]
    [InlineData("it's $HOME; `true` \"x\" \\")]
    [InlineData("~/Köln*")]
    public async Task A_shell_reads_an_argument_as_it_is(string argument)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"printf %s {ShellWord.Quoted(argument)}"]) { RedirectStandardOutput = true })!;
        Assert.Equal(argument, await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_plain_path_stands_as_it_is() => Assert.Equal("/data/la_2018/run-1.5", ShellWord.Quoted("/data/la_2018/run-1.5"));
}
