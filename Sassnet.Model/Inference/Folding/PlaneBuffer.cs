using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Folding;

/// <summary>Puts feature maps together that arrive some planes along X at a time.</summary>
/// <param name="whole">Room for them, (N, C, X, Y, Z).</param>
internal sealed class PlaneBuffer(Tensor whole)
{
    private int _filled;

    /// <summary>All of them.</summary>
    public Tensor Whole => whole;

    /// <summary>Room for feature maps, channels-last.</summary>
    public static Tensor Empty(long batch, long channels, long x, long y, long z, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        return empty([batch, x, y, z, channels], dtype: type, device: device).permute(0, 4, 1, 2, 3).MoveToOuterDisposeScope();
    }

    /// <summary>Copies the planes that come next.</summary>
    public void Append(Tensor part)
    {
        using var room = whole.narrow(2, _filled, part.shape[2]);
        room.copy_(part);
        _filled += (int)part.shape[2];
    }
}
