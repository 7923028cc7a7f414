using System.Runtime.Serialization;

namespace Sassnet.Training.Configuration;

/// <summary>How the segmenter's learning rate falls over a run.</summary>
public enum LearningRateSchedule
{
    /// <summary>Times <c>optimizer.decayFactor</c> every <c>optimizer.decayEvery</c> iterations.</summary>
    [EnumMember(Value = "step")]
    Step,

    /// <summary>
    /// By (1 − i/n)^0.9 at iteration i of n, as nnU-Net (Isensee et al., Nature Methods 2021). Where a finished run is given more iterations, it goes on with
    /// the rate of the longer run.
    /// </summary>
    [EnumMember(Value = "polynomial")]
    Polynomial,
}

/// <summary>The optimizers: SGD for the segmenter, Adam (betas 0.9, 0.99) for the discriminator.</summary>
public sealed record OptimizerOptions
{
    private const double Power = 0.9;

    /// <summary>SGD's learning rate at the start.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>SGD's momentum.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>SGD's weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>How the learning rate falls.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Step;

    /// <summary>With the schedule <c>step</c>, the learning rate is multiplied by <see cref="DecayFactor"/> every this many iterations.</summary>
    public int DecayEvery { get; init; } = 2500;

    /// <summary>The factor of each decay.</summary>
    public double DecayFactor { get; init; } = 0.1;

    /// <summary>Adam's learning rate.</summary>
    public double DiscriminatorLearningRate { get; init; } = 1e-4;

    /// <summary>The segmenter's learning rate.</summary>
    /// <param name="iteration">Where the schedule is, counted from 0.</param>
    /// <param name="length">How many iterations it has.</param>
    public double LearningRateAt(int iteration, int length) => LearningRate * (Schedule == LearningRateSchedule.Polynomial
        ? Math.Pow(1 - ((double)iteration / Math.Max(1, length)), Power)
        : Math.Pow(DecayFactor, iteration / DecayEvery));
}

/// <summary>
/// The exponential mean of the segmenter's weights. Where there is one, it is what is validated, exported and evaluated, in place of the weights of the last
/// iteration; what is trained stays the same. BatchNorm's running statistics are averaged with the weights, as they go with them (Cai et al., CVPR 2021,
/// arXiv 2101.08482).
/// </summary>
public sealed record EmaOptions
{
    /// <summary>
    /// The mean keeps this share of itself at each iteration, such as 0.999; at the beginning less: min(decay, (1 + i)/(10 + i)). 0 is off.
    /// </summary>
    public double Decay { get; init; }

    /// <summary>Whether there is a mean.</summary>
    internal bool IsOn => Decay > 0;

    /// <summary>What the mean keeps of itself after an iteration, counted from 0.</summary>
    public double DecayAt(int iteration) => Math.Min(Decay, (1.0 + iteration) / (10 + iteration));
}

/// <summary>The weights of the losses and their warm-up: Dice + sdmWeight·MSE + λ·adversarial.</summary>
public sealed record LossOptions
{
    /// <summary>Weight of the signed distance map's mean squared error.</summary>
    public double SdmWeight { get; init; } = 0.3;

    /// <summary>λ after the warm-up: 0.01 with 16 labelled scans, 0.015 with 8.</summary>
    public double AdversarialWeight { get; init; } = 0.01;

    /// <summary>Steps of the warm-up.</summary>
    public int RampupLength { get; init; } = 40;

    /// <summary>Iterations of each step of the warm-up.</summary>
    public int RampupInterval { get; init; } = 150;

    /// <summary>How far the warm-up is at an iteration, counted from 0: exp(−5(1 − e/E)²) with e = ⌊iteration / interval⌋ clipped to E.</summary>
    public double RampupAt(int iteration) => SigmoidRampup(iteration / RampupInterval, RampupLength);

    /// <summary>The warm-up of Laine and Aila (Temporal Ensembling, ICLR 2017): exp(−5(1 − current/length)²), 1 from length on.</summary>
    public static double SigmoidRampup(double current, double length)
    {
        if (length <= 0)
            return 1;
        var phase = 1 - (Math.Clamp(current, 0, length) / length);
        return Math.Exp(-5 * phase * phase);
    }
}

/// <summary>When to report, to validate and to save, in iterations.</summary>
public sealed record RunOptions
{
    /// <summary>A line of metrics every this many.</summary>
    public int LogEvery { get; init; } = 20;

    /// <summary>A checkpoint every this many.</summary>
    public int CheckpointEvery { get; init; } = 250;

    /// <summary>Segment the validation scans every this many; a checkpoint of the best mean Dice is kept beside the newest.</summary>
    public int ValidateEvery { get; init; } = 500;

    /// <summary>How many checkpoints to keep; older ones are deleted.</summary>
    public int KeepCheckpoints { get; init; } = 2;
}
