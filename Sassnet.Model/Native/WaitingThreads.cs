using System.Runtime.InteropServices;

namespace Sassnet.Model.Native;

/// <summary>
/// Lets threads that wait for the next piece of an operation sleep. By default GNU OpenMP, by which LibTorch divides its work, has them spin for milliseconds, and
/// what they spin away the other requests of a service and the other processes of a machine lack.
/// </summary>
internal static partial class WaitingThreads
{
    // "Environment Variables" in the manual of GNU libgomp.
    private const string Policy = "OMP_WAIT_POLICY";
    private const string SpinCount = "GOMP_SPINCOUNT";

    /// <summary>Sets it for this process; to be called before LibTorch is loaded. Who sets one of OpenMP's own variables for it keeps that.</summary>
    public static void Sleep()
    {
        if (Environment.GetEnvironmentVariable(Policy) is null && Environment.GetEnvironmentVariable(SpinCount) is null)
            _ = SetVariable(Policy, "passive", 0);
    }

    // .NET's own variables do not reach native code.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
