using Sassnet.Model.Packages;
using static TorchSharp.torch;

namespace Sassnet.Training.Importing;

/// <summary>A block of numbers in a file of PyTorch's, of which tensors are views.</summary>
/// <param name="type">The type of its elements.</param>
/// <param name="count">How many there are.</param>
internal sealed class PickledStorage(ScalarType type, long count)
{
    private static readonly Dictionary<string, (ScalarType Type, int Size)> Types = new()
    {
        ["DoubleStorage"] = (ScalarType.Float64, 8),
        ["FloatStorage"] = (ScalarType.Float32, 4),
        ["HalfStorage"] = (ScalarType.Float16, 2),
        ["BFloat16Storage"] = (ScalarType.BFloat16, 2),
        ["LongStorage"] = (ScalarType.Int64, 8),
        ["IntStorage"] = (ScalarType.Int32, 4),
        ["ShortStorage"] = (ScalarType.Int16, 2),
        ["CharStorage"] = (ScalarType.Int8, 1),
        ["ByteStorage"] = (ScalarType.Byte, 1),
        ["BoolStorage"] = (ScalarType.Bool, 1),
    };

    private byte[] _bytes = [];

    /// <summary>The type of its elements.</summary>
    public ScalarType Type => type;

    /// <summary>How many there are.</summary>
    public long Count => count;

    /// <summary>A storage by the name of its Python class.</summary>
    /// <exception cref="InvalidPackageException">No such class is known, or the count cannot be.</exception>
    public static PickledStorage Of(string className, long count)
    {
        if (!Types.TryGetValue(className, out var known))
            throw new InvalidPackageException($"The file holds a {className}; accepted: {string.Join(", ", Types.Keys)}.");
        return count >= 0 && count * known.Size <= Array.MaxLength
            ? new PickledStorage(known.Type, count)
            : throw new InvalidPackageException($"The file holds a {className} of {count} elements; accepted: 0 to {Array.MaxLength / known.Size}.");
    }

    /// <summary>Reads its bytes, little-endian as PyTorch writes them.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public void Fill(Stream stream)
    {
        _bytes = new byte[count * Types.Values.First(known => known.Type == type).Size];
        stream.ReadExactly(_bytes);
    }

    /// <summary>A copy of its numbers; the caller disposes it, or a dispose scope does.</summary>
    public Tensor ToTensor()
    {
        var numbers = empty([count], dtype: type);
        _bytes.CopyTo(numbers.bytes);
        return numbers;
    }
}

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
            throw new InvalidPackageException($"A tensor of shape [{string.Join(", ", Shape)}] begins at {Offset} of a storage of {Storage.Count} elements and reaches beyond it: the file is damaged.");
        using var scope = NewDisposeScope();
        return Storage.ToTensor().as_strided([.. Shape], [.. Strides], Offset).clone().MoveToOuterDisposeScope();
    }
}
