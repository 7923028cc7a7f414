namespace Sassnet.Model.Packages;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its key.</param>
/// <param name="DataType">The format's name of the element type, such as <c>F32</c>.</param>
/// <param name="Shape">Lengths of its axes; empty for a scalar.</param>
/// <param name="Offset">Where its bytes begin, from the start of the file.</param>
/// <param name="Length">How many bytes it has.</param>
public sealed record SafetensorsEntry(string Name, string DataType, IReadOnlyList<long> Shape, long Offset, long Length);
