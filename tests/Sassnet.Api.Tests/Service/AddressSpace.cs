using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Sassnet.Api.Tests.Service;

/// <summary>What a service's process may take of addresses: an allocation beyond it fails, as one beyond a device's memory does.</summary>
public static class AddressSpace
{
    /// <summary>
    /// The runtime's heap reserves addresses for the memory that it finds at its start, and those would be spare ones: this bounds them.
    /// </summary>
    public static readonly (string Key, string Value) SmallHeap = ("DOTNET_GCHeapHardLimit", "0x20000000");

    /// <summary>The addresses that it has, in bytes.</summary>
    public static long Of(ServiceProcess service)
    {
        var line = File.ReadLines($"/proc/{service.Id}/status").Single(line => line.StartsWith("VmSize", StringComparison.Ordinal));
        return long.Parse(line.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }

    /// <summary>Lets it have no more than these; null for no limit.</summary>
    public static void Limit(ServiceProcess service, long? bytes)
    {
        // The soft limit only: the other one cannot be raised again.
        using var prlimit = Process.Start("prlimit", [$"--pid={service.Id}", $"--as={bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"}:"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }

    /// <summary>Starts a service with no more than these.</summary>
    public static Task<ServiceProcess> StartAsync(long bytes, params (string Key, string Value)[] settings)
    {
        var command = ServiceProcess.Command(openFiles: null, settings);
        command.ArgumentList[1] = string.Create(CultureInfo.InvariantCulture, $"ulimit -S -v {bytes >> 10} && {command.ArgumentList[1]}");
        return ServiceProcess.StartByAsync(command);
    }
}
