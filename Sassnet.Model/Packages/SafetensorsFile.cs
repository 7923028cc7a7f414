using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Sassnet.Model.Packages;

/// <summary>A safetensors file, opened for reading: its header is checked at once, a tensor's bytes are read when it is asked for.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly FileStream _file;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    private SafetensorsFile(FileStream file)
    {
        _file = file;
        (_entries, var metadata) = SafetensorsHeader.Read(file);
        Metadata = metadata;
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _entries;

    /// <summary>The free strings of <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="InvalidPackageException">The header is malformed, or a tensor overlaps another or lies outside the file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = File.OpenRead(path);
        try
        {
            return new SafetensorsFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A tensor on the CPU, in its own data type; the caller disposes it (or a dispose scope does).</summary>
    /// <exception cref="InvalidPackageException">There is no tensor of that name.</exception>
    public Tensor Read(string name)
    {
        var entry = Entry(name);
        var type = SafetensorsType.Find(entry.DataType)!.Value;
        var result = empty([.. entry.Shape], dtype: type.Scalar);
        if (entry.Length > 0)
            RandomAccessRead(_file.SafeFileHandle, result.bytes, entry.Offset);
        return result;
    }

    /// <summary>A tensor's elements in C order.</summary>
    /// <exception cref="InvalidPackageException">There is no tensor of that name, or its elements have another size.</exception>
    public T[] ReadArray<T>(string name)
        where T : unmanaged
    {
        var entry = Entry(name);
        var size = SafetensorsType.Find(entry.DataType)!.Value.Size;
        if (size != Marshal.SizeOf<T>())
            throw new InvalidPackageException($"Tensor '{name}' holds {entry.DataType}; it cannot be read as {typeof(T).Name}.");
        var values = new T[entry.Length / size];
        RandomAccessRead(_file.SafeFileHandle, MemoryMarshal.AsBytes(values.AsSpan()), entry.Offset);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private SafetensorsEntry Entry(string name) => _entries.TryGetValue(name, out var entry)
        ? entry
        : throw new InvalidPackageException($"The file has no tensor '{name}'.");

    private static void RandomAccessRead(SafeFileHandle handle, Span<byte> target, long offset)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(handle, target, offset);
            if (read == 0)
                throw new InvalidPackageException("The weights file became shorter while it was read.");
            target = target[read..];
            offset += read;
        }
    }
}
