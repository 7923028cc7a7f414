using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>What a teacher takes for the foreground of unlabelled crops.</summary>
public static class PseudoLabels
{
    /// <summary>
    /// The largest component of where the probability is above ½, per crop. The teacher is in training mode, so that BatchNorm goes by the crops
    /// themselves: by its running statistics a network that has learned for a short time finds too little, and what it then teaches is nothing.
    /// </summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="images">(U, 1, X, Y, Z).</param>
    /// <returns>(U, 1, X, Y, Z), 0 or 1, float32.</returns>
    public static Tensor Of(AveragedNetwork teacher, Tensor images)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        teacher.Network.train();
        var (_, logits) = teacher.Network.forward(images);
        return MaskTensors.LargestComponents(logits.gt(0)).MoveToOuterDisposeScope();
    }
}
