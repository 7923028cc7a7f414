using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Sassnet.Model.Tests;

/// <summary>Runs a test in a process of its own, for what is that of a process: the most memory it ever had.</summary>
internal static class OwnProcess
{
    /// <summary>What the process has in memory, in bytes.</summary>
    public static long ResidentBytes => Bytes("VmRSS:");

    /// <summary>The most that it ever had, in bytes.</summary>
    public static long MostResidentBytes => Bytes("VmHWM:");

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

    private static long Bytes(string key)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
    }
}
