using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>
/// Morphology on masks that only come to be during a step, as tensors. It is computed on the processor and answered on the masks' device. It knows no
/// direction, so X and Z may change places.
/// </summary>
public static class MaskTensors
{
    /// <summary>The normalised signed distance map of each mask.</summary>
    /// <param name="masks">(N, structures, X, Y, Z), 0 or 1.</param>
    /// <returns>The same shape, float32, in [−1, 1].</returns>
    public static Tensor Sdms(Tensor masks) => Each(masks, (mask, _, size) => SignedDistanceMap.Normalised(mask, size));

    /// <summary>The largest components of each mask (26 neighbours).</summary>
    /// <param name="masks">(N, structures, X, Y, Z), 0 or 1.</param>
    /// <param name="kept">Of each structure, how many of its components stay; 0 for all.</param>
    /// <returns>The same shape, float32, 0 or 1.</returns>
    public static Tensor LargestComponents(Tensor masks, IReadOnlyList<int> kept) => Each(masks, (mask, structure, size) =>
    {
        ConnectedComponents.KeepLargest(mask, size, Connectivity.Corner, kept[structure]);
        return Array.ConvertAll(mask, label => (float)label);
    });

    private static Tensor Each(Tensor masks, Func<byte[], int, GridSize, float[]> change)
    {
        ArgumentNullException.ThrowIfNull(masks);
        using var scope = NewDisposeScope();
        var shape = masks.shape;
        var size = new GridSize((int)shape[4], (int)shape[3], (int)shape[2]);
        var bytes = masks.to(ScalarType.Byte).contiguous().cpu().data<byte>().ToArray();
        var changed = bytes.Chunk((int)size.Count).Select((mask, index) => tensor(change(mask, index % (int)shape[1], size), [1, 1, size.Z, size.Y, size.X], device: CPU));
        return cat([.. changed]).reshape(shape).to(masks.device).MoveToOuterDisposeScope();
    }
}
