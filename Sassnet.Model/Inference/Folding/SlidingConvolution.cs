using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Folding;

/// <summary>A 3×3×3 convolution, zeros around the grid, of planes that arrive some at a time: it holds the two that the next ones are convolved with.</summary>
/// <param name="source">What it convolves.</param>
/// <param name="convolution">The convolution.</param>
/// <param name="pass">Frees in the end what is still held.</param>
internal sealed class SlidingConvolution(PlaneStream source, FoldedConvolution convolution, DisposeScope pass)
{
    private Tensor? _held;

    /// <summary>Makes the planes from one, where the last call ended, to before another.</summary>
    public Tensor Make(int start, int end)
    {
        using var scope = NewDisposeScope();
        return convolution.ConsumePlanes(Seen(start, end)).MoveToOuterDisposeScope();
    }

    // The planes from the one before to the one behind those that are made.
    private Tensor Seen(int start, int end)
    {
        var isLast = end == source.Planes;
        using var next = source.Next(isLast ? end : end + 1);
        var shape = next.shape;
        var seen = PlaneBuffer.Empty(shape[0], shape[1], end - start + 2, shape[3], shape[4], next.dtype, next.device);
        using var scope = NewDisposeScope();
        if (_held is null)
            seen.narrow(2, 0, 1).zero_();
        else
            seen.narrow(2, 0, 2).copy_(_held);
        seen.narrow(2, _held is null ? 1 : 2, shape[2]).copy_(next);
        _held?.Dispose();
        _held = isLast ? null : seen.narrow(2, end - start, 2).clone().MoveToOtherDisposeScope(pass);
        if (isLast)
            seen.narrow(2, -1, 1).zero_();
        return seen;
    }
}
