using Sassnet.Training.Configuration;
using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>
/// The consistency of UA-MT (arXiv 1907.07034): the student's probabilities on unlabelled crops shall be the teacher's, wherever the teacher,
/// asked several times with noise and dropout, is certain enough.
/// </summary>
public sealed class UncertaintyConsistency(TeacherOptions options, int iterations)
{
    private static readonly double MaxEntropy = Math.Log(2);

    /// <summary>Mean squared difference of the probabilities over the voxels whose entropy lies under the iteration's threshold.</summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="images">The unlabelled crops, (U, 1, X, Y, Z).</param>
    /// <param name="probability">The student's probabilities on them, float32.</param>
    /// <param name="iteration">Counted from 0; the threshold rises from ¾ to 1 of the largest entropy over the run, as exp(−5(1 − i/i_max)²).</param>
    public Tensor Of(AveragedNetwork teacher, Tensor images, Tensor probability, int iteration)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        Tensor target, certain;
        using (no_grad())
        {
            teacher.Network.train();
            target = Ask(teacher, images);
            var mean = zeros_like(target);
            for (var pass = 0; pass < options.Passes; pass++)
            {
                using var once = Ask(teacher, images);
                mean.add_(once, alpha: 1.0 / options.Passes);
            }

            var threshold = (0.75 + (0.25 * LossOptions.SigmoidRampup(iteration, iterations))) * MaxEntropy;
            certain = Entropy(mean).lt(threshold).to(ScalarType.Float32);
        }

        // The smallest denominator keeps a crop without one certain voxel at 0.
        return (((probability - target).square() * certain).sum() / certain.sum().clamp_min(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The entropy of two classes, −p·ln p − (1 − p)·ln(1 − p), in nats, 0 to ln 2.</summary>
    /// <param name="probability">Of the one class, in [0, 1]; any shape.</param>
    public static Tensor Entropy(Tensor probability)
    {
        using var scope = NewDisposeScope();
        var other = 1 - probability;
        return (special.entr(probability) + special.entr(other)).MoveToOuterDisposeScope();
    }

    private Tensor Ask(AveragedNetwork teacher, Tensor images)
    {
        using var scope = NewDisposeScope();
        var noise = (randn_like(images, ScalarType.Float32) * options.Noise).clamp(-2 * options.Noise, 2 * options.Noise);
        var (_, logits) = teacher.Network.forward((images + noise).to(images.dtype));
        return logits.sigmoid().MoveToOuterDisposeScope();
    }
}
