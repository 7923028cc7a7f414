using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Training.Data;

/// <summary>The crops of one iteration, labelled ones first, in plain arrays: made beside the training step, turned into tensors by it.</summary>
/// <param name="Size">The crop's size.</param>
/// <param name="Cases">The name of the scan that each crop is of.</param>
/// <param name="Images">One array per crop, X fastest.</param>
/// <param name="Masks">One per labelled crop, 0 or 1.</param>
/// <param name="Sdms">The normalised signed distance map of each mask.</param>
public sealed record Batch(GridSize Size, IReadOnlyList<string> Cases, float[][] Images, float[][] Masks, float[][] Sdms)
{
    /// <summary>The batch as tensors, the images in the precision of the activations.</summary>
    public CropTensors ToTensors(ScalarType precision) => new(ImageTensor().to(precision), Stack(Masks), Stack(Sdms));

    /// <summary>All images, (N, 1, X, Y, Z), float32.</summary>
    public Tensor ImageTensor() => Stack(Images);

    private Tensor Stack(float[][] crops)
    {
        using var scope = NewDisposeScope();

        // X is fastest in the arrays and slowest in the tensors.
        var stacked = stack([.. crops.Select(crop => tensor(crop, [1, Size.Z, Size.Y, Size.X]))]);
        return stacked.permute(0, 1, 4, 3, 2).contiguous().MoveToOuterDisposeScope();
    }
}
