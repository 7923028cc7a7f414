using Sassnet.Model.Networks;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>What a convolution of the V-Net does to the grid.</summary>
internal enum ConvolutionKind
{
    /// <summary>3×3×3, stride 1, zero padding 1, then ReLU: the grid is kept.</summary>
    Same,

    /// <summary>2×2×2, stride 2, then ReLU: each side is halved.</summary>
    Down,

    /// <summary>Transposed 2×2×2, stride 2, then ReLU: each side is doubled.</summary>
    Up,

    /// <summary>1×1×1, no ReLU.</summary>
    Head,
}

/// <summary>A convolution with its BatchNorm folded in and the ReLU after it; the weights are kept in the precision and layout they are used in.</summary>
internal sealed class FoldedConvolution : IDisposable
{
    private readonly ConvolutionKind _kind;
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    /// <summary>Stores copies of weights for a kind of convolution.</summary>
    /// <param name="kind">What it does to the grid.</param>
    /// <param name="weight">Weights (outputs, inputs, kx, ky, kz), or (inputs, outputs, 2, 2, 2) for <see cref="ConvolutionKind.Up"/>.</param>
    /// <param name="bias">One value per output channel.</param>
    /// <param name="type">The data type to compute in.</param>
    /// <param name="device">The device to compute on.</param>
    public FoldedConvolution(ConvolutionKind kind, Tensor weight, Tensor bias, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        _kind = kind;
        _weight = MixedPrecision.ChannelsLast(weight.to(type, device)).clone().DetachFromDisposeScope();
        _bias = bias.to(type, device, copy: true).DetachFromDisposeScope();
    }

    /// <summary>Applies it to an input and frees the input, which nothing needs any more.</summary>
    public Tensor Consume(Tensor input)
    {
        using (input)
            return Apply(input);
    }

    /// <summary>
    /// Applies one of kind <see cref="ConvolutionKind.Same"/> to an input whose first and last plane along X are what lies beside those of the output, and frees
    /// the input.
    /// </summary>
    public Tensor ConsumeBetween(Tensor input)
    {
        using (input)
            return nn.functional.conv3d(input, _weight, _bias, padding: [0, 1, 1]).relu_();
    }

    /// <summary>Applies it to a channels-last input; the output is a new, channels-last tensor.</summary>
    public Tensor Apply(Tensor input)
    {
        var output = _kind switch
        {
            ConvolutionKind.Same => nn.functional.conv3d(input, _weight, _bias, padding: [1, 1, 1]),
            ConvolutionKind.Down => nn.functional.conv3d(input, _weight, _bias, strides: [2, 2, 2]),
            ConvolutionKind.Up => nn.functional.conv_transpose3d(input, _weight, _bias, strides: [2, 2, 2]),
            _ => nn.functional.conv3d(input, _weight, _bias),
        };
        return _kind == ConvolutionKind.Head ? output : output.relu_();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
