using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>Two sets of crops made into one.</summary>
public static class Mixture
{
    /// <summary>The one set where the mask is 1, the other elsewhere.</summary>
    /// <param name="inner">(M, C, X, Y, Z).</param>
    /// <param name="outer">The same shape and data type.</param>
    /// <param name="inside">(1, 1, X, Y, Z), 0 or 1.</param>
    public static Tensor Of(Tensor inner, Tensor outer, Tensor inside)
    {
        ArgumentNullException.ThrowIfNull(inside);
        using var scope = NewDisposeScope();
        return where(inside.to(ScalarType.Bool), inner, outer).MoveToOuterDisposeScope();
    }
}
