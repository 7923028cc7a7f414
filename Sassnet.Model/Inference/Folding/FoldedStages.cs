using Sassnet.Model.Networks;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Folding;

/// <summary>The V-Net's convolutions, by level, the finest first, with every BatchNorm folded in: what a level does on the way down and up, and what leads between levels.</summary>
internal sealed class FoldedStages : IDisposable
{
    // The published names of the stages.
    private static readonly string[] Descent = ["one", "two", "three", "four", "five"];
    private static readonly string[] Ascent = ["nine", "eight", "seven", "six", "five"];

    // The one that sees the scan; with a single filter the last stage has one channel too.
    private const string FirstConvolution = "block_one.conv.0";

    private readonly FoldedConvolution _heads;

    /// <inheritdoc cref="FoldedVNet(VNet, ScalarType, Device)"/>
    public FoldedStages(VNet network, ScalarType type, Device device)
    {
        var state = network.state_dict();
        Encoder = [.. Descent.Select(name => Stage($"block_{name}", ConvolutionKind.Same))];
        Down = [.. Descent.SkipLast(1).Select(name => Stage($"block_{name}_dw", ConvolutionKind.Down)[0])];
        Up = [.. Ascent.Skip(1).Select(name => Stage($"block_{name}_up", ConvolutionKind.Up)[0])];
        Decoder = [.. Ascent.SkipLast(1).Select(name => Stage($"block_{name}", ConvolutionKind.Same))];
        _heads = Heads();

        FoldedConvolution[] Stage(string name, ConvolutionKind kind) => [.. Enumerable.Range(0, int.MaxValue)
            .TakeWhile(group => state.ContainsKey($"{name}.conv.{3 * group}.weight"))
            .Select(group => Group($"{name}.conv.{3 * group}", $"{name}.conv.{(3 * group) + 1}", kind))];

        FoldedConvolution Group(string convolution, string norm, ConvolutionKind kind)
        {
            var (weight, bias) = BatchNormFolding.Fold(state, convolution, norm, outputAxis: kind == ConvolutionKind.Up ? 1 : 0);
            return new FoldedConvolution(kind, convolution == FirstConvolution ? WithInputChannels(weight) : weight, bias, type, device);
        }

        // Twice the argument makes the tanh of the signed distance map a sigmoid as well: tanh(z) = 2·sigmoid(2z) − 1.
        FoldedConvolution Heads() => new(
            ConvolutionKind.Head,
            cat([state["out_conv.weight"] * 2, state["out_conv2.weight"]], 0),
            cat([state["out_conv.bias"] * 2, state["out_conv2.bias"]], 0),
            type,
            device);
    }

    /// <summary>The convolutions of a level on the way down.</summary>
    public IReadOnlyList<FoldedConvolution[]> Encoder { get; }

    /// <summary>From each level but the last to the next.</summary>
    public IReadOnlyList<FoldedConvolution> Down { get; }

    /// <summary>To each level but the last from the next.</summary>
    public IReadOnlyList<FoldedConvolution> Up { get; }

    /// <summary>The convolutions of a level, but the last, on the way up.</summary>
    public IReadOnlyList<FoldedConvolution[]> Decoder { get; }

    private IEnumerable<FoldedConvolution> All => Encoder.Concat(Decoder).SelectMany(stage => stage).Concat(Down).Concat(Up).Append(_heads);

    /// <summary>From a level's input, which is freed, through all levels below to its output on the way up.</summary>
    public Tensor Through(int level, Tensor input)
    {
        var skip = Run(Encoder[level], input);
        if (level == Down.Count)
            return skip;
        var x = Up[level].Consume(Through(level + 1, Down[level].Apply(skip)));
        using (skip)
            x.add_(skip);
        return Run(Decoder[level], x);
    }

    /// <summary>From the finest level's output, which is freed, to the network's, in float32.</summary>
    public Tensor Heads(Tensor features) => Activated(_heads.Consume(features));

    /// <summary>The same of some planes of it.</summary>
    public Tensor HeadsOfPlanes(Tensor features) => Activated(_heads.ConsumePlanes(features));

    /// <inheritdoc cref="FoldedConvolution.Keep"/>
    public void Keep()
    {
        foreach (var convolution in All)
            convolution.Keep();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var convolution in All)
            convolution.Dispose();
    }

    private static Tensor Activated(Tensor heads)
    {
        using (heads)
            return heads.to(ScalarType.Float32).sigmoid_();
    }

    private static Tensor Run(FoldedConvolution[] stage, Tensor input) => stage.Aggregate(input, (x, convolution) => convolution.Consume(x));

    private static Tensor WithInputChannels(Tensor weight) => cat([weight, zeros_like(weight)], 1);
}
