using static TorchSharp.torch;

namespace Sassnet.Model.Packages;

/// <summary>The data types of the safetensors format that this library reads and writes: the format's name, torch's type, bytes per element.</summary>
internal readonly record struct SafetensorsType(string Name, ScalarType Scalar, int Size)
{
    private static readonly SafetensorsType[] All =
    [
        new("F64", ScalarType.Float64, 8),
        new("F32", ScalarType.Float32, 4),
        new("F16", ScalarType.Float16, 2),
        new("BF16", ScalarType.BFloat16, 2),
        new("I64", ScalarType.Int64, 8),
        new("I32", ScalarType.Int32, 4),
        new("I16", ScalarType.Int16, 2),
        new("I8", ScalarType.Int8, 1),
        new("U8", ScalarType.Byte, 1),
        new("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The names that are accepted, for messages.</summary>
    public static string Names => string.Join(", ", All.Select(type => type.Name));

    /// <summary>Looks a type up by the format's name.</summary>
    public static SafetensorsType? Find(string name) => Array.FindIndex(All, type => type.Name == name) is >= 0 and var i ? All[i] : null;

    /// <summary>Looks a type up by torch's type.</summary>
    public static SafetensorsType Of(ScalarType scalar) => Array.FindIndex(All, type => type.Scalar == scalar) is >= 0 and var i
        ? All[i]
        : throw new ArgumentException($"A safetensors file holds {Names}; got {scalar}.", nameof(scalar));
}
