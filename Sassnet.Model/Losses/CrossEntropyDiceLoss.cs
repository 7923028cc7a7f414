using static TorchSharp.torch;

namespace Sassnet.Model.Losses;

/// <summary>
/// ½(cross-entropy + Dice), the supervised loss of UA-MT (arXiv 1907.07034) and of bidirectional copy-paste (arXiv 2305.00673). The Dice is UA-MT's, of the structure alone
/// over all samples; that of the latter's authors is the mean of structure's and background's, sample by sample, with denominators that are not squared.
/// </summary>
public static class CrossEntropyDiceLoss
{
    /// <summary>The loss over all voxels.</summary>
    /// <param name="logits">Of each structure, (N, C, X, Y, Z), float32.</param>
    /// <param name="target">1 where the structure is, 0 elsewhere; the same shape, float32.</param>
    public static Tensor Of(Tensor logits, Tensor target)
    {
        using var scope = NewDisposeScope();
        var crossEntropy = nn.functional.binary_cross_entropy_with_logits(logits, target);
        return ((crossEntropy + DiceLoss.Mean(logits.sigmoid(), target)) / 2).MoveToOuterDisposeScope();
    }

    /// <summary>The loss over the voxels of a region only.</summary>
    /// <param name="logits">Of each structure, (N, C, X, Y, Z), float32.</param>
    /// <param name="target">1 where the structure is, 0 elsewhere; the same shape, float32.</param>
    /// <param name="region">1 inside the region, 0 elsewhere; (1, 1, X, Y, Z) for one region of all samples and structures, or the same shape, float32. Where it is empty, so is the loss: 0.</param>
    public static Tensor Of(Tensor logits, Tensor target, Tensor region)
    {
        using var scope = NewDisposeScope();
        var each = nn.functional.binary_cross_entropy_with_logits(logits, target, reduction: nn.Reduction.None);
        var crossEntropy = (each * region).sum() / region.expand_as(each).sum().clamp_min(1);
        return ((crossEntropy + DiceLoss.Mean(logits.sigmoid() * region, target * region)) / 2).MoveToOuterDisposeScope();
    }
}
