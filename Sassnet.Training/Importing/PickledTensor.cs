using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using static TorchSharp.torch;

namespace Sassnet.Training.Importing;

/// <summary>A block of numbers in a file of PyTorch's, of which tensors are views.</summary>
/// <param name="kind">The type of its elements, as PyTorch calls it.</param>
/// <param name="type">The same where such numbers are taken; null where they are passed over.</param>
/// <param name="size">The bytes of an element.</param>
/// <param name="count">How many there are.</param>
internal sealed class PickledStorage(string kind, ScalarType? type, int size, long count)
{
    private const string Suffix = "Storage";

    private static readonly Dictionary<string, (ScalarType? Type, int Size)> Types = new()
    {
        ["Double"] = (ScalarType.Float64, 8),
        ["Float"] = (ScalarType.Float32, 4),
        ["Half"] = (ScalarType.Float16, 2),
        ["BFloat16"] = (ScalarType.BFloat16, 2),
        ["Long"] = (ScalarType.Int64, 8),
        ["Int"] = (ScalarType.Int32, 4),
        ["Short"] = (ScalarType.Int16, 2),
        ["Char"] = (ScalarType.Int8, 1),
        ["Byte"] = (ScalarType.Byte, 1),
        ["Bool"] = (ScalarType.Bool, 1),

        // Their bytes are read over, so that the tensor that has them can be named.
        ["ComplexFloat"] = (null, 8),
        ["ComplexDouble"] = (null, 16),
        ["QInt8"] = (null, 1),
        ["QUInt8"] = (null, 1),
        ["QUInt4x2"] = (null, 1),
        ["QUInt2x4"] = (null, 1),
        ["QInt32"] = (null, 4),
        ["Untyped"] = (null, 1),
    };

    private byte[] _bytes = [];

    /// <summary>The types that are taken, as PyTorch calls them.</summary>
    public static string Taken { get; } = string.Join(", ", Types.Where(known => known.Value.Type is not null).Select(known => known.Key));

    /// <summary>The type of its elements, as PyTorch calls it.</summary>
    public string Kind => kind;

    /// <summary>Whether such numbers are taken.</summary>
    public bool IsTaken => type is not null;

    /// <summary>How many there are.</summary>
    public long Count => count;

    /// <summary>A storage by the name of its Python class.</summary>
    /// <exception cref="InvalidPackageException">No such class is known, or the count cannot be.</exception>
    public static PickledStorage Of(string className, long count)
    {
        var kind = className.EndsWith(Suffix, StringComparison.Ordinal) ? className[..^Suffix.Length] : "";
        if (!Types.TryGetValue(kind, out var known))
            throw new InvalidPackageException($"The file holds a {className}; accepted: storages of {Taken}.");
        return count >= 0 && count <= Array.MaxLength / known.Size
            ? new PickledStorage(kind, known.Type, known.Size, count)
            : throw new InvalidPackageException($"The file holds a {className} of {Counted.Of(count, "element")}; accepted: 0 to {Array.MaxLength / known.Size}.");
    }

    /// <summary>Reads its bytes, little-endian as PyTorch writes them.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public void Fill(Stream stream)
    {
        _bytes = new byte[count * size];
        stream.ReadExactly(_bytes);
    }

    /// <summary>A copy of its numbers, which are of a type that is taken; the caller disposes it, or a dispose scope does.</summary>
    public Tensor ToTensor()
    {
        var numbers = empty([count], dtype: type!.Value);
        _bytes.CopyTo(numbers.bytes);
        return numbers;
    }
}

/// <summary>A tensor that is not read.</summary>
/// <param name="What">What it is, in a few words.</param>
internal sealed record UnreadTensor(string What);

/// <summary>A tensor of a file of PyTorch's.</summary>
/// <param name="Storage">Where its numbers are.</param>
/// <param name="Offset">The place of its first one.</param>
/// <param name="Shape">Lengths of its axes.</param>
/// <param name="Strides">How far neighbours along each axis lie apart.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides)
{
    /// <summary>The tensor on the processor, in its own type; the caller disposes it, or a dispose scope does.</summary>
    /// <exception cref="InvalidPackageException">It reaches beyond its storage.</exception>
    public Tensor ToTensor()
    {
        var isEmpty = Shape.Contains(0);
        Int128 last = Offset;
        for (var axis = 0; axis < Shape.Count; axis++)
            last += (Int128)(Shape[axis] - 1) * Strides[axis];
        if (Offset < 0 || Shape.Any(side => side < 0) || Strides.Any(step => step < 0) || (!isEmpty && last >= Storage.Count))
            throw new InvalidPackageException($"A tensor of shape [{string.Join(", ", Shape)}] begins at {Offset} of a storage of {Counted.Of(Storage.Count, "element")} and reaches beyond it: the file is damaged.");
        using var scope = NewDisposeScope();
        return Storage.ToTensor().as_strided([.. Shape], [.. Strides], Offset).clone().MoveToOuterDisposeScope();
    }
}
