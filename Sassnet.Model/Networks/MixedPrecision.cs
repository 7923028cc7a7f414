using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sassnet.Model.Networks;

/// <summary>
/// Convolutions in the data type of their input with master weights in float32: the cast is part of the graph, so gradients arrive in
/// float32. TorchSharp has no autocast.
/// </summary>
/// <remarks>
/// Every convolution runs channels-last: oneDNN prefers it, and in torch's default layout a float32 convolution with channels that are no multiple
/// of 16 reads memory that nobody wrote, in its output or its input's gradient (LibTorch 2.10 with AVX-512: on some processors now and then NaN, on
/// others always wrong). cuDNN prefers it in bfloat16 too. What is done here because of LibTorch's kernels for the processor is done there only.
/// </remarks>
internal static class MixedPrecision
{
    private const long MostVoxelsInOneSum = 1 << 16;

    /// <summary>
    /// Applies a convolution with its weights cast to the input's data type. On the processor, one with a single input channel computes in float32
    /// and casts its output: in bfloat16 LibTorch 2.10 gets it wrong for fewer than 16 output channels, and it is the cheapest of all. So does one on
    /// a grid that is too small for its kernel (<see cref="IsTooSmall"/>).
    /// </summary>
    public static Tensor Apply(Conv3d layer, Tensor input)
    {
        if (!IsOnProcessor(input) && layer.weight!.shape[2..].All(side => side == 1))
            return AsProduct(layer, input);
        var type = IsOnProcessor(input) && (layer.in_channels == 1 || IsTooSmall(input, layer.weight!.shape[^1])) ? ScalarType.Float32 : input.dtype;
        return PerSample(input.to(type), x => nn.functional.conv3d(
            x, ChannelsLast(layer.weight!.to(type)), layer.bias!.to(type), layer.stride, Padding(layer))).to(input.dtype);
    }

    /// <summary>
    /// A 1×1×1 convolution as what it is, a product of each voxel's channels with a matrix. The same numbers; but cuDNN has no fit kernel for the gradient
    /// of its weights where it has one output channel, and takes five times as long for it as for all else in a step (docs/benchmarks.md).
    /// </summary>
    internal static Tensor AsProduct(Conv3d layer, Tensor input)
    {
        var innermost = input.permute(0, 2, 3, 4, 1);
        return nn.functional.linear(innermost, layer.weight!.to(input.dtype).flatten(1), layer.bias!.to(input.dtype)).permute(0, 4, 1, 2, 3);
    }

    /// <summary>
    /// The sum of two like convolutions of one input each, as one convolution of both inputs' channels: the sum is then made inside, and in
    /// bfloat16 too, which a single input channel must not be. No side of the inputs may be less than the kernel's.
    /// </summary>
    public static Tensor ApplySum(Conv3d first, Tensor firstInput, Conv3d second, Tensor secondInput)
    {
        var type = firstInput.dtype;
        var weight = ChannelsLast(cat([first.weight!, second.weight!], 1).to(type));
        var bias = (first.bias! + second.bias!).to(type);
        return PerSample(cat([firstInput, secondInput], 1), x => nn.functional.conv3d(x, weight, bias, first.stride, Padding(first)));
    }

    /// <summary>Applies a transposed convolution with its weights cast to the input's data type.</summary>
    public static Tensor Apply(ConvTranspose3d layer, Tensor input) => PerSample(input, x => nn.functional.conv_transpose3d(
        x, ChannelsLast(layer.weight!.to(input.dtype)), layer.bias!.to(input.dtype), layer.stride));

    /// <summary>
    /// Whether LibTorch 2.10 reads memory that nobody wrote in bfloat16, or writes beyond its own (decision 2; the probe is MixedPrecisionTests):
    /// with a 3×3×3 kernel where the first side is 2, in the weights' gradient; with the discriminator's 4×4×4 where a side is 2, in the output or
    /// in the weights' gradient. In crops of 48×48×32 and larger no layer is so small.
    /// </summary>
    /// <param name="input">(N, C, X, Y, Z).</param>
    /// <param name="kernel">The kernel's side.</param>
    internal static bool IsTooSmall(Tensor input, long kernel)
    {
        var sides = input.shape.AsSpan(2);
        return sides[0] < kernel || (kernel > 3 && (sides[1] < kernel || sides[2] < kernel));
    }

    /// <summary>
    /// BatchNorm with statistics one can trust. While it trains in float32 on the processor it gets torch's default layout, in which it sums in
    /// double; channels-last it sums one by one in float32, which over four million voxels is off by 1e-4.
    /// </summary>
    public static Tensor Apply(BatchNorm3d layer, Tensor input) =>
        layer.forward(layer.training && input.dtype == ScalarType.Float32 && IsOnProcessor(input) ? input.contiguous() : input);

    /// <summary>
    /// The same values with the channel axis innermost in memory (torch's channels_last_3d, for which TorchSharp has no name), which convolutions
    /// pass on to their outputs; shape (N, C, X, Y, Z) as before.
    /// </summary>
    public static Tensor ChannelsLast(Tensor tensor)
    {
        // With one channel both layouts have the same bytes; only the strides can tell oneDNN which one is meant.
        var shape = tensor.shape;
        var innermost = shape[1] == 1
            ? tensor.contiguous().reshape(shape[0], shape[2], shape[3], shape[4], 1)
            : tensor.permute(0, 2, 3, 4, 1).contiguous();
        return innermost.permute(0, 4, 1, 2, 3);
    }

    // The gradient of a weight is a sum over all voxels of a batch. oneDNN adds four million of them one by one in float32, which is off by a
    // thousandth; where gradients nearly cancel, Adam turns that into whole steps the other way. Summed per sample first, no step goes another way.
    // Smaller batches stay whole: of single small samples LibTorch makes a convolution without oneDNN, several times slower.
    private static Tensor PerSample(Tensor input, Func<Tensor, Tensor> convolution)
    {
        var (shape, isTrained) = (input.shape, input.dtype == ScalarType.Float32 && is_grad_enabled() && IsOnProcessor(input));
        return isTrained && shape[0] * shape[2] * shape[3] * shape[4] > MostVoxelsInOneSum
            ? cat([.. input.split(1).Select(sample => convolution(ChannelsLast(sample)))])
            : convolution(ChannelsLast(input));
    }

    private static bool IsOnProcessor(Tensor input) => input.device_type == DeviceType.CPU;

    private static long[] Padding(Conv3d layer) => layer.padding ?? [0, 0, 0];
}
