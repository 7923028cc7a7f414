using System.Security.Cryptography;
using System.Text;

namespace Sassnet.Training.Distributed;

/// <summary>Where a process of a training runs, in as many bytes as any other of them needs to say it.</summary>
internal static class Placement
{
    /// <summary>The bytes for a machine and for what of its processors the process may use.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="processors">The processors, in the kernel's words.</param>
    public static byte[] Of(string machine, string processors) => [.. Digest(machine), .. Digest(processors)];

    /// <summary>How many of all processes, the own one counted, are on its machine, and how many of these may use the same processors.</summary>
    /// <param name="own">Where it runs.</param>
    /// <param name="all">Where each of them runs.</param>
    public static (int OnMachine, int OnProcessors) Sharing(byte[] own, IReadOnlyList<byte[]> all) =>
        (all.Count(other => MachineOf(other).SequenceEqual(MachineOf(own))), all.Count(other => other.SequenceEqual(own)));

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static ReadOnlySpan<byte> MachineOf(byte[] place) => place.AsSpan(0, SHA256.HashSizeInBytes);
}
