using System.Globalization;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sassnet.Model.Networks;

/// <summary>
/// One stage of the V-Net: one or more groups of convolution → BatchNorm → ReLU, registered as <c>conv.0, conv.1, conv.3, …</c>
/// as in the published weights. Activations keep the input's data type; weights and BatchNorm stay in float32 (mixed precision).
/// </summary>
internal sealed class ConvolutionStage : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly Sequential _conv;

    private ConvolutionStage(string name, IEnumerable<nn.Module<Tensor, Tensor>> layers)
        : base(name)
    {
        _conv = nn.Sequential(layers.Select((layer, index) => (index.ToString(CultureInfo.InvariantCulture), layer)));
        RegisterComponents();
    }

    /// <summary>3×3×3 convolutions, stride 1, zero padding 1: the grid is kept.</summary>
    public static ConvolutionStage Same(string name, int repeats, long inputs, long outputs) => new(
        name,
        Enumerable.Range(0, repeats).SelectMany(i => Group(nn.Conv3d(i == 0 ? inputs : outputs, outputs, 3, padding: 1), outputs)));

    /// <summary>A 2×2×2 convolution with stride 2: each side is halved.</summary>
    public static ConvolutionStage Down(string name, long inputs, long outputs) =>
        new(name, Group(nn.Conv3d(inputs, outputs, 2, stride: 2), outputs));

    /// <summary>A 2×2×2 transposed convolution with stride 2: each side is doubled.</summary>
    public static ConvolutionStage Up(string name, long inputs, long outputs) =>
        new(name, Group(nn.ConvTranspose3d(inputs, outputs, 2, stride: 2), outputs));

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = input;
        foreach (var layer in _conv.children())
        {
            x = layer switch
            {
                Conv3d convolution => MixedPrecision.Apply(convolution, x),
                ConvTranspose3d convolution => MixedPrecision.Apply(convolution, x),
                BatchNorm3d norm => MixedPrecision.Apply(norm, x),
                _ => x.relu_(),
            };
        }

        return x;
    }

    private static IEnumerable<nn.Module<Tensor, Tensor>> Group(nn.Module<Tensor, Tensor> convolution, long channels) =>
        [convolution, nn.BatchNorm3d(channels), nn.ReLU(inplace: true)];
}
