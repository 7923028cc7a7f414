using static TorchSharp.torch;

namespace Sassnet.Model.Losses;

/// <summary>The soft Dice loss with squared denominators (Milletari et al., V-Net, 2016), over all voxels of the batch at once.</summary>
public static class DiceLoss
{
    // Keeps the loss of an empty target and an empty prediction at 0 instead of 0/0; the reference's value.
    private const double Smooth = 1e-5;

    /// <summary>The mean of the structures' losses, each over its own channel: a small structure counts as much as a large one.</summary>
    /// <param name="probability">Of each structure, in [0, 1]; (N, C, …), float32.</param>
    /// <param name="target">1 where the structure is, 0 elsewhere; the same shape, float32.</param>
    public static Tensor Mean(Tensor probability, Tensor target)
    {
        using var scope = NewDisposeScope();
        var each = Enumerable.Range(0, (int)probability.shape[1]).Select(channel => Of(probability.narrow(1, channel, 1), target.narrow(1, channel, 1)));
        return stack([.. each]).mean().MoveToOuterDisposeScope();
    }

    /// <summary>1 − (2·Σpt + s) / (Σp² + Σt² + s), in [0, 1].</summary>
    /// <param name="probability">Foreground probabilities in [0, 1]; any shape, float32.</param>
    /// <param name="target">1 where foreground, 0 elsewhere; the same shape, float32.</param>
    public static Tensor Of(Tensor probability, Tensor target)
    {
        using var scope = NewDisposeScope();
        var intersection = (probability * target).sum();
        var denominator = (probability * probability).sum() + (target * target).sum();
        return (1 - (((2 * intersection) + Smooth) / (denominator + Smooth))).MoveToOuterDisposeScope();
    }
}
