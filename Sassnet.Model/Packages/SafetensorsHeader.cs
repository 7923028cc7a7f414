using System.Buffers.Binary;
using System.Text.Json;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Packages;

/// <summary>The header of a safetensors file: a little-endian uint64 length, then JSON that places every tensor in the bytes behind it.</summary>
internal static class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    // The format's own limit; nothing larger is allocated for a header.
    private const long MaxHeaderBytes = 100_000_000;

    /// <summary>Reads and checks a header: every tensor lies inside the file, has the length of its shape, and overlaps no other.</summary>
    public static (Dictionary<string, SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Read(Stream file)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw Fault($"the file has {Counted.Of(file.Length, "byte")}; its first 8 give the header's length");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes || (long)length > file.Length - 8)
            throw Fault($"the header's length is {length}; the file has {file.Length} bytes, and {MaxHeaderBytes} are accepted");
        var json = new byte[length];
        file.ReadExactly(json);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Parse(document.RootElement, 8 + (long)length, file.Length);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The latter is what a string comes to that is no Unicode: a spoilt byte, half a surrogate pair.
            throw new InvalidPackageException($"Not a safetensors file: the header is not valid JSON ({failure.Message}).", failure);
        }
    }

    private static (Dictionary<string, SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(JsonElement root, long dataStart, long fileLength)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Fault($"the header is a JSON {root.ValueKind}; an object is accepted");
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
                ReadMetadata(property.Value, metadata);
            else
                entries.Add(property.Name, Entry(property.Name, property.Value, dataStart, fileLength));
        }

        CheckOverlaps(entries.Values);
        return (entries, metadata);
    }

    private static void ReadMetadata(JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Fault($"{MetadataKey} is a JSON {value.ValueKind}; an object of strings is accepted");
        foreach (var property in value.EnumerateObject())
        {
            metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw Fault($"{MetadataKey}.{property.Name} is a JSON {property.Value.ValueKind}; a string is accepted");
        }
    }

    private static SafetensorsEntry Entry(string name, JsonElement value, long dataStart, long fileLength)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Fault($"tensor '{name}' is a JSON {value.ValueKind}; an object is accepted");
        var typeName = value.TryGetProperty("dtype", out var dtype) && dtype.ValueKind == JsonValueKind.String ? dtype.GetString()! : "";
        var type = SafetensorsType.Find(typeName) ?? throw Fault($"tensor '{name}' has dtype '{typeName}'; accepted are {SafetensorsType.Names}");
        var shape = Numbers(name, value, "shape");
        var offsets = Numbers(name, value, "data_offsets");
        if (offsets.Length != 2 || offsets[0] > offsets[1] || offsets[1] > fileLength - dataStart)
        {
            throw Fault($"tensor '{name}' has data_offsets [{string.Join(", ", offsets)}]; accepted are two rising offsets "
                + $"up to {fileLength - dataStart}, the bytes behind the header");
        }

        var length = offsets[1] - offsets[0];
        if (ByteCount(shape, type.Size) != length)
            throw Fault($"tensor '{name}' of shape [{string.Join(", ", shape)}] and dtype {typeName} has {Counted.Of(length, "byte")}, which {(length == 1 ? "does" : "do")} not fit its shape");
        return new SafetensorsEntry(name, typeName, shape, dataStart + offsets[0], length);
    }

    private static long[] Numbers(string name, JsonElement tensor, string field)
    {
        if (!tensor.TryGetProperty(field, out var array) || array.ValueKind != JsonValueKind.Array)
            throw Fault($"tensor '{name}' has no array '{field}'");
        return [.. array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var number) && number >= 0
            ? number
            : throw Fault($"tensor '{name}' has {item.GetRawText()} in '{field}'; whole numbers from 0 are accepted"))];
    }

    private static Int128 ByteCount(long[] shape, int size)
    {
        Int128 count = size;
        foreach (var side in shape)
        {
            count *= side;
            if (count > long.MaxValue)
                return Int128.MaxValue;
        }

        return count;
    }

    private static void CheckOverlaps(IEnumerable<SafetensorsEntry> entries)
    {
        SafetensorsEntry? previous = null;
        foreach (var entry in entries.Where(entry => entry.Length > 0).OrderBy(entry => entry.Offset))
        {
            if (previous is not null && entry.Offset < previous.Offset + previous.Length)
                throw Fault($"tensors '{previous.Name}' and '{entry.Name}' overlap");
            previous = entry;
        }
    }

    private static InvalidPackageException Fault(string what) => new($"Not a valid safetensors file: {what}.");
}
