using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Passes;

/// <summary>A mirror image of a volume.</summary>
/// <param name="X">Whether X is reversed.</param>
/// <param name="Y">Whether Y is.</param>
internal readonly record struct Mirror(bool X, bool Y)
{
    /// <summary>The mirror image of a tensor (N, C, X, Y, Z), or the tensor itself.</summary>
    public Tensor Of(Tensor tensor) => (X, Y) switch
    {
        (true, true) => tensor.flip(2, 3),
        (true, false) => tensor.flip(2),
        (false, true) => tensor.flip(3),
        _ => tensor,
    };

    /// <summary>Where some planes along X come from, or go to, in a volume of so many.</summary>
    public (int Start, int End) Planes(int start, int end, int all) => X ? (all - end, all - start) : (start, end);
}
