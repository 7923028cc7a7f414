using System.Security.Cryptography;
using System.Text;
using Sassnet.Model.Wording;

namespace Sassnet.Training.Distributed;

/// <summary>What every process of a training must have alike, by name: only digests of it are exchanged.</summary>
public sealed class Agreement
{
    private readonly List<(string Name, byte[] Digest)> _all = [];

    /// <summary>Adds a text.</summary>
    public void Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds bytes.</summary>
    public void Add(string name, ReadOnlySpan<byte> bytes) => _all.Add((name, SHA256.HashData(bytes)));

    /// <summary>Asks all processes, which have added the same names in the same order.</summary>
    /// <returns>Null where all agree; else which process differs from the first, and in what.</returns>
    public string? Difference(World world)
    {
        ArgumentNullException.ThrowIfNull(world);

        // Digests can be gathered only when all have as many.
        return Difference([.. world.Gather(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _all.Select(item => item.Name)))))], ["which scans or weights it has"])
            ?? Difference([.. world.Gather([.. _all.SelectMany(item => item.Digest)])], [.. _all.Select(item => item.Name)]);
    }

    /// <summary>Compares digests.</summary>
    /// <param name="digests">Of each process, those of all names, one after another.</param>
    /// <param name="names">The names.</param>
    internal static string? Difference(IReadOnlyList<byte[]> digests, IReadOnlyList<string> names)
    {
        var differing = digests
            .Select((own, rank) => (Rank: rank, Names: names.Where((_, index) => !Digest(own, index).SequenceEqual(Digest(digests[0], index))).ToList()))
            .Where(process => process.Names.Count > 0)
            .Select(process => $"rank {process.Rank} differs from rank 0 in {FirstFew.Of(process.Names)}")
            .ToList();
        return differing.Count > 0 ? string.Join("; ", differing) : null;
    }

    private static ReadOnlySpan<byte> Digest(byte[] digests, int index) => digests.AsSpan(index * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
}
