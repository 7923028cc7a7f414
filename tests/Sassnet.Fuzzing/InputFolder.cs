using System.Globalization;

namespace Sassnet.Fuzzing;

/// <summary>A folder for the files of one input, which goes with it.</summary>
internal sealed class InputFolder : IDisposable
{
    private int _count;

    /// <summary>Where it lies.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("input-").FullName;

    /// <summary>Writes the next file.</summary>
    public string Write(ReadOnlySpan<byte> bytes)
    {
        var path = System.IO.Path.Combine(Path, (++_count).ToString(CultureInfo.InvariantCulture));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
