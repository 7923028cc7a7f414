using Sassnet.Model.Networks;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>
/// The V-Net as inference runs it: every BatchNorm folded into its convolution, weights cast and laid out channels-last once, ReLU and skip
/// additions in place, both heads as one convolution, and every activation freed after its last use. Not thread-safe.
/// </summary>
public sealed class FoldedVNet : IDisposable
{
    /// <summary>
    /// Channels of an input: the image and one of zeros. oneDNN has no fast kernel for a single channel; with two, the first convolution takes
    /// half the time in bfloat16.
    /// </summary>
    public const int InputChannels = 2;

    /// <summary>The channel of an output that holds (Sdm + 1) / 2 of the first structure; those of the others follow.</summary>
    public const int SdmChannel = 0;

    // The published names of the stages, by level, the finest first.
    private static readonly string[] Descent = ["one", "two", "three", "four", "five"];
    private static readonly string[] Ascent = ["nine", "eight", "seven", "six", "five"];

    private readonly FoldedConvolution[][] _encoder;
    private readonly FoldedConvolution[] _down;
    private readonly FoldedConvolution[] _up;
    private readonly FoldedConvolution[][] _decoder;
    private readonly FoldedConvolution _heads;

    /// <summary>Folds a network; the network is not changed and not kept.</summary>
    /// <param name="network">The trained network; its running statistics are used whatever mode it is in.</param>
    /// <param name="type">Float32, BFloat16 or Float16 (on CUDA).</param>
    /// <param name="device">The device to compute on.</param>
    public FoldedVNet(VNet network, ScalarType type, Device device)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var state = network.state_dict();
        DataType = type;
        Device = device;
        Classes = network.Classes;
        _encoder = [.. Descent.Select(name => Stage($"block_{name}", ConvolutionKind.Same))];
        _down = [.. Descent.SkipLast(1).Select(name => Stage($"block_{name}_dw", ConvolutionKind.Down)[0])];
        _up = [.. Ascent.Skip(1).Select(name => Stage($"block_{name}_up", ConvolutionKind.Up)[0])];
        _decoder = [.. Ascent.SkipLast(1).Select(name => Stage($"block_{name}", ConvolutionKind.Same))];
        _heads = Heads();

        FoldedConvolution[] Stage(string name, ConvolutionKind kind) => [.. Enumerable.Range(0, int.MaxValue)
            .TakeWhile(group => state.ContainsKey($"{name}.conv.{3 * group}.weight"))
            .Select(group => Group($"{name}.conv.{3 * group}", $"{name}.conv.{(3 * group) + 1}", kind))];

        FoldedConvolution Group(string convolution, string norm, ConvolutionKind kind)
        {
            var (weight, bias) = BatchNormFolding.Fold(state, convolution, norm, outputAxis: kind == ConvolutionKind.Up ? 1 : 0);
            return new FoldedConvolution(kind, WithInputChannels(weight, kind), bias, type, device);
        }

        // Twice the argument makes the tanh of the signed distance map a sigmoid as well: tanh(z) = 2·sigmoid(2z) − 1.
        FoldedConvolution Heads() => new(
            ConvolutionKind.Head,
            cat([state["out_conv.weight"] * 2, state["out_conv2.weight"]], 0),
            cat([state["out_conv.bias"] * 2, state["out_conv2.bias"]], 0),
            type,
            device);
    }

    /// <summary>The data type it computes in.</summary>
    public ScalarType DataType { get; }

    /// <summary>The device it computes on.</summary>
    public Device Device { get; }

    /// <summary>Structures told from the background.</summary>
    public int Classes { get; }

    /// <summary>The channel of an output that holds the probability of the first structure, behind all distance maps; those of the others follow.</summary>
    public int ProbabilityChannel => Classes;

    /// <summary>Channels of an output: both maps of each structure.</summary>
    public int OutputChannels => 2 * Classes;

    /// <summary>Predicts both maps of each structure.</summary>
    /// <param name="input">
    /// Normalised images and zeros, (N, <see cref="InputChannels"/>, X, Y, Z), channels-last, each axis a multiple of
    /// <see cref="VNet.SizeMultiple"/>, in <see cref="DataType"/> on <see cref="Device"/>; see <see cref="NetworkInput"/>.
    /// </param>
    /// <returns>
    /// (N, <see cref="OutputChannels"/>, X, Y, Z), float32, channels-last, each value in [0, 1]: (Sdm + 1) / 2 of each structure, then the probability of
    /// each. The first are kept in this form so that all channels share every pass over memory until <see cref="PredictedMaps"/> takes them apart.
    /// </returns>
    public Tensor Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var skips = new Stack<Tensor>();
        var x = Run(_encoder[0], input, consume: false);
        for (var level = 0; level < _down.Length; level++)
        {
            skips.Push(x);
            x = Run(_encoder[level + 1], _down[level].Apply(x), consume: true);
        }

        for (var level = _up.Length - 1; level >= 0; level--)
        {
            x = _up[level].Consume(x);
            using (var skip = skips.Pop())
                x.add_(skip);
            x = Run(_decoder[level], x, consume: true);
        }

        using var heads = _heads.Consume(x);
        return heads.to(ScalarType.Float32).sigmoid_().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var convolution in _encoder.Concat(_decoder).SelectMany(stage => stage).Concat(_down).Concat(_up).Append(_heads))
            convolution.Dispose();
    }

    private static Tensor Run(FoldedConvolution[] stage, Tensor input, bool consume)
    {
        var x = consume ? stage[0].Consume(input) : stage[0].Apply(input);
        foreach (var convolution in stage.AsSpan(1))
            x = convolution.Consume(x);
        return x;
    }

    private static Tensor WithInputChannels(Tensor weight, ConvolutionKind kind)
    {
        if (kind != ConvolutionKind.Same || weight.shape[1] != 1)
            return weight;
        return cat([weight, zeros_like(weight)], 1);
    }
}
