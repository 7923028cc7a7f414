using System.Diagnostics;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Programs of other packages that write or read DICOM beside the code under test. Tests skip where they are not installed.</summary>
internal static class Tools
{
    private const string Folder = "/usr/bin";

    /// <summary>Runs a program to its end; the test fails where the program does.</summary>
    /// <returns>What it wrote to its output.</returns>
    public static string Run(string name, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Require(name), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var fault = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{name} failed: {fault.GetAwaiter().GetResult()}");
        return output;
    }

    /// <summary>The path of a program.</summary>
    public static string Require(string name)
    {
        var path = Path.Combine(Folder, name);
        Assert.SkipUnless(File.Exists(path), $"needs {name}, which is not installed");
        return path;
    }
}
