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

    /// <summary>
    /// How many planes along X a slab has at least, and how many voxels it aims at: the fewer voxels, the less memory; the fewer planes, the larger the share of
    /// those at its edges.
    /// </summary>
    public const int LeastPlanes = 16;

    /// <inheritdoc cref="LeastPlanes"/>
    public const int SlabVoxels = 1 << 21;

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
    private readonly int _filters;

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
        _filters = network.Filters;
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

    /// <summary>The planes of a slab along X of a grid whose other sides are given: a multiple of <see cref="LeastPlanes"/>.</summary>
    public static int PlanesOfSlab(long y, long z) => (int)Math.Max(LeastPlanes, SlabVoxels / (y * z) / LeastPlanes * LeastPlanes);

    /// <summary>Predicts both maps of each structure.</summary>
    /// <param name="input">
    /// Normalised images and zeros, (N, <see cref="InputChannels"/>, X, Y, Z), channels-last, each axis a multiple of
    /// <see cref="VNet.SizeMultiple"/>, in <see cref="DataType"/> on <see cref="Device"/>; see <see cref="NetworkInput"/>.
    /// </param>
    /// <param name="slab">
    /// How many planes along X the finest level, which takes most of the memory, is computed for at once; even. On the way down each slab's features are halved
    /// and forgotten, on the way up they are computed again. The values are the same; what lies at a slab's edge is computed once more.
    /// </param>
    /// <returns>
    /// (N, <see cref="OutputChannels"/>, X, Y, Z), float32, channels-last, each value in [0, 1]: (Sdm + 1) / 2 of each structure, then the probability of
    /// each. The first are kept in this form so that all channels share every pass over memory until <see cref="PredictedMaps"/> takes them apart.
    /// </returns>
    public Tensor Forward(Tensor input, int slab = int.MaxValue)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        if (slab < input.shape[2])
            return ForwardInSlabs(input, slab).MoveToOuterDisposeScope();
        var fine = Run(_encoder[0], input, consume: false);
        var x = _up[0].Consume(BelowFinest(_down[0].Apply(fine)));
        return Heads(Run(_decoder[0], Add(x, fine), consume: true)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var convolution in _encoder.Concat(_decoder).SelectMany(stage => stage).Concat(_down).Concat(_up).Append(_heads))
            convolution.Dispose();
    }

    private Tensor ForwardInSlabs(Tensor input, int slab)
    {
        var (batch, planes, y, z) = (input.shape[0], input.shape[2], input.shape[3], input.shape[4]);
        var margin = _decoder[0].Length;
        var halved = Whole(2 * _filters, 2, DataType);
        foreach (var (from, to) in Slabs())
        {
            using var inner = NewDisposeScope();
            halved.narrow(2, from / 2, (to - from) / 2).copy_(_down[0].Apply(Finest(input, from, to)));
        }

        var below = BelowFinest(halved);
        var output = Whole(OutputChannels, 1, ScalarType.Float32);
        foreach (var (from, to) in Slabs())
        {
            using var inner = NewDisposeScope();
            var (first, last) = (Math.Max(0, from - margin), Math.Min(planes, to + margin));
            var (firstBelow, lastBelow) = (first / 2, (last + 1) / 2);
            var x = _up[0].Apply(below.narrow(2, firstBelow, lastBelow - firstBelow)).narrow(2, first - (2 * firstBelow), last - first);
            x = Run(_decoder[0], Add(x, Finest(input, first, last)), consume: true);
            output.narrow(2, from, to - from).copy_(Heads(x.narrow(2, from - first, to - from)));
        }

        return output;

        IEnumerable<(long From, long To)> Slabs()
        {
            for (long from = 0; from < planes; from += slab)
                yield return (from, Math.Min(planes, from + slab));
        }

        Tensor Whole(long channels, long shrink, ScalarType type) =>
            empty([batch, planes / shrink, y / shrink, z / shrink, channels], dtype: type, device: Device).permute(0, 4, 1, 2, 3);
    }

    // The finest features of some planes, each as it is in the whole grid.
    private Tensor Finest(Tensor input, long from, long to)
    {
        var (first, last) = (Math.Max(0, from - _encoder[0].Length), Math.Min(input.shape[2], to + _encoder[0].Length));
        return Run(_encoder[0], input.narrow(2, first, last - first), consume: false).narrow(2, from - first, to - from);
    }

    // From the input of the second level to its output on the way up.
    private Tensor BelowFinest(Tensor input)
    {
        var skips = new Stack<Tensor>();
        var x = Run(_encoder[1], input, consume: true);
        for (var level = 1; level < _down.Length; level++)
        {
            skips.Push(x);
            x = Run(_encoder[level + 1], _down[level].Apply(x), consume: true);
        }

        for (var level = _up.Length - 1; level >= 1; level--)
            x = Run(_decoder[level], Add(_up[level].Consume(x), skips.Pop()), consume: true);
        return x;
    }

    private Tensor Heads(Tensor features)
    {
        using var heads = _heads.Consume(features);
        return heads.to(ScalarType.Float32).sigmoid_();
    }

    private static Tensor Add(Tensor x, Tensor skip)
    {
        using (skip)
            x.add_(skip);
        return x;
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
