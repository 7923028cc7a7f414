using System.Runtime.InteropServices;
using Sassnet.Api.Configuration;

namespace Sassnet.Api.Server;

/// <summary>
/// Shares out the files the process may have open (<c>ulimit -n</c>; sockets, pipes and the runtime's own count too). Where none is left the process ends: every
/// thread of the .NET runtime opens a pipe while it starts. Without one it ends at once, and where the thread pool wanted it, that is an
/// <see cref="OutOfMemoryException"/> which nobody can catch.
/// </summary>
internal static partial class OpenFiles
{
    // Measured: 259 before the first request, nearly all of them the assemblies, two for each; later ones come with the first zip, the first DICOM. The rest is
    // for pipes of starting threads and of decoders.
    private const long ForTheRuntime = 480;

    // The socket, and a file of its upload or of its answer.
    private const long ForEachConnection = 2;
    private const long FewestConnections = 16;
    private const long MostConnections = 10_000;
    private const int NumberOfFiles = 7; // RLIMIT_NOFILE

    /// <summary>Says in time that there are too few: the runtime raised its soft limit to the hard one when it started.</summary>
    /// <exception cref="StartException">The limit is lower than the service needs.</exception>
    public static void ThrowIfTooFew()
    {
        var (limit, needed) = (Limit(), ForTheRuntime + (ForEachConnection * FewestConnections));
        if (limit < needed)
        {
            throw new StartException(FormattableString.Invariant(
                $"The process may have {limit} files open, and this service needs {needed}. Raise the limit: ulimit -n, LimitNOFILE of systemd, or --ulimit nofile of Docker."));
        }
    }

    /// <summary>The most connections that leave enough for all else.</summary>
    public static int MaxConnections() => (int)Math.Clamp((Limit() - ForTheRuntime) / ForEachConnection, FewestConnections, MostConnections);

    private static long Limit()
    {
        // Unlimited is the largest number.
        var limits = default(ResourceLimit);
        return GetResourceLimit(NumberOfFiles, ref limits) == 0 ? (long)Math.Min(limits.Soft, long.MaxValue) : long.MaxValue;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetResourceLimit(int resource, ref ResourceLimit limits);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
