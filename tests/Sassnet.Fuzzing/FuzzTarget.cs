using System.Diagnostics;
using Sassnet.Api.Problems;
using Sassnet.Model.Volumes;

namespace Sassnet.Fuzzing;

/// <summary>A reader of what strangers send. Whatever the bytes, it reads them or refuses them as documented, soon and within its memory.</summary>
/// <param name="Read">Reads bytes as the service does, and throws where what comes of them is not right.</param>
/// <param name="Seeds">Small inputs from which a search starts, of a few kilobytes.</param>
/// <param name="Words">Pieces of the format that a search would hardly come upon.</param>
internal sealed record FuzzTarget(Action<byte[]> Read, Func<IEnumerable<byte[]>> Seeds, IReadOnlyList<byte[]> Words)
{
    // Four times what the limits below let through: as read, as decoded, as written and read again.
    private const long MostAllocated = 128 << 20;

    // Of a processor, so that a busy machine does not count; sound inputs of a few kilobytes take milliseconds.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Limits as of a small service.</summary>
    public static VolumeLimits Limits { get; } = new() { MaxVoxels = 1 << 20, MaxDecompressedBytes = 16 << 20 };

    /// <summary>Reads bytes.</summary>
    /// <returns>How it ended: read, or why it was refused.</returns>
    /// <exception cref="FindingException">It took too long or too much memory, or what came of it is not right.</exception>
    public string Try(byte[] bytes)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var processor = Environment.CpuUsage.TotalTime;
        var outcome = Outcome(bytes);
        if (GC.GetTotalAllocatedBytes() - allocated is > MostAllocated and var bytesTaken)
            throw new FindingException($"{bytes.Length} bytes made the reader allocate {bytesTaken} ({outcome}).");
        return Environment.CpuUsage.TotalTime - processor is var time && time > Longest
            ? throw new FindingException($"{bytes.Length} bytes took {time.TotalSeconds:F1} s of processor time ({outcome}).")
            : outcome;
    }

    [StackTraceHidden]
    private string Outcome(byte[] bytes)
    {
        try
        {
            Read(bytes);
            return "read";
        }
        catch (InvalidVolumeException refused)
        {
            return $"{refused.Kind} {refused.Slug}: {refused.Message}";
        }
        catch (ProblemException refused)
        {
            return $"{refused.Type.Status} {refused.Type.Slug}: {refused.Message}";
        }
    }
}

/// <summary>A fault of a reader that is no exception of its own.</summary>
internal sealed class FindingException(string message) : Exception(message)
{
    /// <summary>Throws where what has to hold does not.</summary>
    public static void ThrowUnless(bool holds, string what)
    {
        if (!holds)
            throw new FindingException(what);
    }
}
