using System.Diagnostics;
using Sassnet.Api.Tests.Service;

namespace Sassnet.Api.Tests.Access;

/// <summary>Runs the program with arguments, to its end.</summary>
internal static class ServiceCommand
{
    public static async Task<(int Exit, string Output, string Error)> RunAsync(string[] arguments, params (string Key, string Value)[] environment)
    {
        var start = ServiceProcess.Command(null, environment);
        start.FileName = "dotnet";
        start.ArgumentList.Clear();
        foreach (var argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "Sassnet.Api.dll"), .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
