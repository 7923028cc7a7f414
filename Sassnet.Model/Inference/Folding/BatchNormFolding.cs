using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Folding;

/// <summary>
/// Folds a BatchNorm in evaluation mode into the convolution before it: with s = γ / √(σ² + ε) the pair is one convolution with weights
/// w·s and bias (b − μ)·s + β. Computed in float64, so that folding adds no error to the rounding of the result.
/// </summary>
internal static class BatchNormFolding
{
    // torch's default, which the network was trained with.
    private const double Epsilon = 1e-5;

    /// <summary>Folds one group of a stage.</summary>
    /// <param name="state">The network's state.</param>
    /// <param name="convolution">The convolution's key, such as <c>block_one.conv.0</c>.</param>
    /// <param name="norm">The BatchNorm's key, such as <c>block_one.conv.1</c>.</param>
    /// <param name="outputAxis">The axis of the output channels in the weights: 0, or 1 for a transposed convolution.</param>
    /// <returns>Weights and bias in float64, on the state's device.</returns>
    public static (Tensor Weight, Tensor Bias) Fold(IReadOnlyDictionary<string, Tensor> state, string convolution, string norm, int outputAxis)
    {
        using var scope = NewDisposeScope();
        var scale = Double($"{norm}.weight") / (Double($"{norm}.running_var") + Epsilon).sqrt();
        var weight = Double($"{convolution}.weight") * scale.reshape(outputAxis == 0 ? [-1, 1, 1, 1, 1] : [1, -1, 1, 1, 1]);
        var bias = ((Double($"{convolution}.bias") - Double($"{norm}.running_mean")) * scale) + Double($"{norm}.bias");
        return (weight.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());

        Tensor Double(string key) => state[key].to(ScalarType.Float64);
    }
}
