using Sassnet.Model.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Folding;

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
    /// <summary>
    /// LibTorch 2.10 leaves a single float32 input to oneDNN only where N·C·X·Y is more than this. Its own convolution lays out what is to be multiplied, 27 times the
    /// input; of slabs, which have few planes, that would be most of the memory. Of two inputs or more oneDNN computes all.
    /// </summary>
    public const long MostForLibTorch = 20480;

    private readonly ConvolutionKind _kind;
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    /// <summary>Stores copies of weights for a kind of convolution; until <see cref="Keep"/> they are the enclosing scope's, which frees them where another's find no memory.</summary>
    /// <param name="kind">What it does to the grid.</param>
    /// <param name="weight">Weights (outputs, inputs, kx, ky, kz), or (inputs, outputs, 2, 2, 2) for <see cref="ConvolutionKind.Up"/>.</param>
    /// <param name="bias">One value per output channel.</param>
    /// <param name="type">The data type to compute in.</param>
    /// <param name="device">The device to compute on.</param>
    public FoldedConvolution(ConvolutionKind kind, Tensor weight, Tensor bias, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        _kind = kind;
        _weight = MixedPrecision.ChannelsLast(weight.to(type, device)).clone().MoveToOuterDisposeScope();
        _bias = bias.to(type, device, copy: true).MoveToOuterDisposeScope();
    }

    /// <summary>Takes the weights out of the scope that they were made in: they live until this is disposed.</summary>
    public void Keep()
    {
        _weight.DetachFromDisposeScope();
        _bias.DetachFromDisposeScope();
    }

    // Planes that two parts of an input both need.
    private int Shared => _kind == ConvolutionKind.Same ? 2 : 0;

    /// <summary>Applies it to an input and frees the input, which nothing needs any more.</summary>
    public Tensor Consume(Tensor input)
    {
        using (input)
            return Apply(input);
    }

    /// <summary>
    /// Applies it to some planes along X of one channels-last input or several, and frees them. Of kind <see cref="ConvolutionKind.Same"/> the first and the last
    /// plane are what lies beside those of the output.
    /// </summary>
    public Tensor ConsumePlanes(Tensor input)
    {
        using var scope = NewDisposeScope();
        using (input)
        {
            var parts = PartsForOneDnn(input);
            var output = Apply(parts == 1 ? input : AsBatch(input, parts), zerosInX: false);
            return (parts == 1 ? output : AsOne(output)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Applies it to a channels-last input; the output is a new, channels-last tensor.</summary>
    public Tensor Apply(Tensor input) => Apply(input, zerosInX: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }

    private Tensor Apply(Tensor input, bool zerosInX)
    {
        var output = _kind switch
        {
            ConvolutionKind.Same => nn.functional.conv3d(input, _weight, _bias, padding: [zerosInX ? 1 : 0, 1, 1]),
            ConvolutionKind.Down => nn.functional.conv3d(input, _weight, _bias, strides: [2, 2, 2]),
            ConvolutionKind.Up => nn.functional.conv_transpose3d(input, _weight, _bias, strides: [2, 2, 2]),
            _ => nn.functional.conv3d(input, _weight, _bias),
        };
        return _kind == ConvolutionKind.Head ? output : output.relu_();
    }

    // Into how many parts of as many planes an input has to go so that oneDNN computes it: the fewest.
    private int PartsForOneDnn(Tensor input)
    {
        var shape = input.shape;
        if (input.dtype != ScalarType.Float32 || input.device_type != DeviceType.CPU || shape[0] > 1 || shape[1] * shape[2] * shape[3] > MostForLibTorch)
            return 1;
        var planes = (int)(shape[2] - Shared) / (_kind == ConvolutionKind.Down ? 2 : 1);
        return Enumerable.Range(1, planes).FirstOrDefault(parts => parts > 1 && planes % parts == 0, 1);
    }

    // Parts that share no planes are not copied.
    private Tensor AsBatch(Tensor input, int parts)
    {
        var step = (input.shape[2] - Shared) / parts;
        return MixedPrecision.ChannelsLast(input.unfold(2, step + Shared, step).select(0, 0).permute(1, 0, 4, 2, 3));
    }

    private static Tensor AsOne(Tensor parts)
    {
        var shape = parts.shape;
        return parts.permute(0, 2, 3, 4, 1).reshape(1, shape[0] * shape[2], shape[3], shape[4], shape[1]).permute(0, 4, 1, 2, 3);
    }
}
