using System.Globalization;
using Sassnet.Model.Native;

namespace Sassnet.Tests;

/// <summary>The memory of this process.</summary>
internal static class ProcessMemory
{
    // What resets the most that was ever resident (proc_pid_clear_refs(5)).
    private const string Peak = "5";

    /// <summary>The most that it had since its start or the last <see cref="GrowthDuring"/>, in bytes.</summary>
    public static long MostResidentBytes => Bytes("VmHWM:");

    /// <summary>By how many bytes an action lets the process grow, at the most. What the allocators keep unused is given back first: an action would fill it unseen.</summary>
    /// <param name="action">What takes memory.</param>
    public static long GrowthDuring(Action action)
    {
        FreedMemory.GiveBack();
        File.WriteAllText("/proc/self/clear_refs", Peak);
        var before = Bytes("VmRSS:");
        action();
        return MostResidentBytes - before;
    }

    private static long Bytes(string key)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
    }
}
