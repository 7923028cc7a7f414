using System.Globalization;
using Xunit;

namespace Sassnet.Training.Tests.Importing;

/// <summary>What <c>pickles.py</c> wrote with Python: bytes by a name and the protocol of the pickle.</summary>
internal static class Pickles
{
    /// <summary>Each the pickle of a dictionary: before, 1; object, of the class that the name says; after, 2.</summary>
    public static IReadOnlyDictionary<(string Name, int Protocol), byte[]> Objects { get; } = Read("objects.txt");

    /// <summary>Each a file in the form before PyTorch 1.6: a configuration, and under 'net' a state dict whose one tensor, out_conv.weight, is [[0.5, -1, 2]].</summary>
    public static IReadOnlyDictionary<(string Name, int Protocol), byte[]> Older { get; } = Read("older.txt");

    /// <summary>The names and protocols, for a theory.</summary>
    public static TheoryData<string, int> Rows(IReadOnlyDictionary<(string Name, int Protocol), byte[]> pickles)
    {
        var rows = new TheoryData<string, int>();
        foreach (var (name, protocol) in pickles.Keys)
            rows.Add(name, protocol);
        return rows;
    }

    private static Dictionary<(string Name, int Protocol), byte[]> Read(string file) => File.ReadLines(Path.Combine(Checkpoints.Folder, file))
        .Select(line => line.Split(' '))
        .ToDictionary(parts => (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)), parts => Convert.FromBase64String(parts[2]));
}
