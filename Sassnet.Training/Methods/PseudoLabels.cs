using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>What a teacher takes for the structures of unlabelled crops, each by itself.</summary>
public static class PseudoLabels
{
    /// <summary>
    /// The largest component of where the probability is above ½, per crop, or as many of them as a structure has. The teacher is in training mode, so that BatchNorm goes by the crops
    /// themselves: by its running statistics a network that has learned for a short time finds too little, and what it then teaches is nothing.
    /// </summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="images">(U, 1, X, Y, Z).</param>
    /// <param name="kept">Of each structure, how many of its components it keeps; 0 for all.</param>
    /// <returns>(U, structures, X, Y, Z), 0 or 1, float32.</returns>
    public static Tensor Of(AveragedNetwork teacher, Tensor images, IReadOnlyList<int> kept)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        using var scope = NewDisposeScope();
        return MaskTensors.LargestComponents(Ask(teacher, images).gt(0), kept).MoveToOuterDisposeScope();
    }

    /// <summary>Where the probability is above ½, and where the teacher is sure of the one or the other; it is asked as above.</summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="images">(U, 1, X, Y, Z).</param>
    /// <param name="threshold">How probable the likelier class has to be, from ½ to 1.</param>
    /// <returns>Both (U, structures, X, Y, Z), 0 or 1, float32.</returns>
    public static (Tensor Target, Tensor Sure) Sure(AveragedNetwork teacher, Tensor images, double threshold)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        using var scope = NewDisposeScope();
        var logits = Ask(teacher, images);

        // The likelier class has the probability sigmoid(|logit|).
        var (target, sure) = (logits.gt(0).to(ScalarType.Float32), logits.abs().sigmoid().ge(threshold).to(ScalarType.Float32));
        return (target.MoveToOuterDisposeScope(), sure.MoveToOuterDisposeScope());
    }

    private static Tensor Ask(AveragedNetwork teacher, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        teacher.Network.train();
        var (_, logits) = teacher.Network.forward(images);
        return logits.MoveToOuterDisposeScope();
    }
}
