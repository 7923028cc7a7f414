using System.Diagnostics;
using Xunit;

namespace Sassnet.Model.Tests;

/// <summary>Runs a test in a process of its own, for what is that of a process: its memory.</summary>
internal static class OwnProcess
{
    /// <summary>Runs a test.</summary>
    /// <param name="tests">Its class.</param>
    /// <param name="method">Its name; it is an explicit one.</param>
    public static async Task RunAsync(Type tests, string method)
    {
        var start = new ProcessStartInfo(
            "dotnet", ["exec", tests.Assembly.Location, "-noColor", "-noLogo", "-explicit", "only", "-method", $"{tests.FullName}.{method}"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Total: 1", output, StringComparison.Ordinal);
    }
}
