using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sassnet.Model.Networks;

/// <summary>
/// Convolutions in the data type of their input with master weights in float32: the cast is part of the graph, so gradients arrive in
/// float32. TorchSharp has no autocast; where the types agree the casts are free.
/// </summary>
internal static class MixedPrecision
{
    /// <summary>Applies a convolution with its weights cast to the input's data type.</summary>
    public static Tensor Apply(Conv3d layer, Tensor input) => nn.functional.conv3d(
        input, ChannelsLast(layer.weight!.to(input.dtype)), layer.bias!.to(input.dtype), layer.stride, Padding(layer));

    /// <summary>Applies a transposed convolution with its weights cast to the input's data type.</summary>
    public static Tensor Apply(ConvTranspose3d layer, Tensor input) => nn.functional.conv_transpose3d(
        input, ChannelsLast(layer.weight!.to(input.dtype)), layer.bias!.to(input.dtype), layer.stride);

    /// <summary>
    /// The same values with the channel axis innermost in memory (torch's channels_last_3d), which oneDNN's convolutions prefer and
    /// pass on to their outputs; shape (N, C, X, Y, Z) as before.
    /// </summary>
    public static Tensor ChannelsLast(Tensor tensor) => tensor.permute(0, 2, 3, 4, 1).contiguous().permute(0, 4, 1, 2, 3);

    private static long[] Padding(Conv3d layer) => layer.padding ?? [0, 0, 0];
}
