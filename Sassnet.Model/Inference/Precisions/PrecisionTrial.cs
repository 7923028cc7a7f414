namespace Sassnet.Model.Inference.Precisions;

/// <summary>What was measured of one precision on one network and device.</summary>
/// <param name="Precision">The precision; never <see cref="Precision.Auto"/>.</param>
/// <param name="Seconds">The time of a pass in each round; all precisions are timed in turns, round by round.</param>
/// <param name="Deviation">
/// The mean absolute difference of the output, whose values are in [0, 1], from that in float32: 0 for float32 itself; NaN where one of them is no number.
/// </param>
public sealed record PrecisionTrial(Precision Precision, IReadOnlyList<double> Seconds, double Deviation)
{
    /// <summary>
    /// What a precision may deviate and still be taken for inference. The bundled models deviate by 0.0001 and 0.0004 in bfloat16, untrained ones by less than
    /// 0.001, and masks of a scan then agree with float32's to a Dice of 0.995 and more; a layer that is computed wrongly moves the output by its own spread,
    /// 0.1 and more.
    /// </summary>
    public const double MostDeviation = 0.005;

    /// <summary>
    /// The same for training, where BatchNorm goes by the few voxels of a crop and lets rounding grow: untrained networks deviate by 0.005 to 0.01.
    /// </summary>
    public const double MostDeviationInTraining = 0.03;

    /// <summary>
    /// What share of the time of the more exact precision a less exact one may take to be worth it. On a machine with twenty runnable threads for each core a
    /// network's median share of its own time was from 0.85 to 1.03; of float32's time bfloat16 takes half and less where the processor computes in it, and
    /// several times as much where it does not.
    /// </summary>
    public const double MostTime = 0.8;

    /// <summary>The fastest precision that is exact enough; the more exact one where the gain is within the noise.</summary>
    /// <param name="trials">All precisions that may be taken, with as many rounds each; float32 is among them.</param>
    /// <param name="mostDeviation">What is exact enough.</param>
    public static Precision Best(IReadOnlyCollection<PrecisionTrial> trials, double mostDeviation = MostDeviation) => trials
        .Where(trial => trial.Deviation <= mostDeviation)
        .OrderBy(trial => trial.Deviation)
        .Aggregate((taken, next) => next.ShareOfTime(taken) < MostTime ? next : taken)
        .Precision;

    /// <summary>The median time of a pass, in seconds.</summary>
    public double Median => MedianOf(Seconds);

    // Round by round, so that a load that comes and goes meets both.
    private double ShareOfTime(PrecisionTrial other) => MedianOf(Seconds.Zip(other.Seconds, (own, others) => own / others));

    private static double MedianOf(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
