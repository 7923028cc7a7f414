using System.Diagnostics;
using Xunit;

namespace Sassnet.Training.Tests.Importing;

/// <summary>Debian's python3-torch, where it is installed.</summary>
internal static class PythonTorch
{
    private const string Python = "/usr/bin/python3";
    private const string Package = "/usr/lib/python3/dist-packages/torch";

    /// <summary>Runs a script; the test is skipped where there is no PyTorch.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> Run(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Python) && Directory.Exists(Package), "needs the package python3-torch, which is not installed");
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
