namespace Sassnet.Training.Configuration;

/// <summary>The mean teacher of <c>ua-mt</c>, <c>sassnet-mt</c> and <c>bcp</c>; the defaults are those of arXiv 1907.07034.</summary>
public sealed record TeacherOptions
{
    /// <summary>
    /// The teacher keeps this share of its weights at each iteration; at the beginning less: min(1 − 1/(i + 1), decay). With <c>bcp</c>, whose
    /// teacher begins with what the first stage learned, always this share.
    /// </summary>
    public double Decay { get; init; } = 0.99;

    /// <summary>Weight of the consistency with the teacher after the warm-up; <c>bcp</c> has no such loss.</summary>
    public double ConsistencyWeight { get; init; } = 0.1;

    /// <summary>Passes with noise and dropout whose mean probability tells how certain the teacher is.</summary>
    public int Passes { get; init; } = 8;

    /// <summary>Standard deviation of the noise added to the teacher's images, which are normalised; clipped at twice this.</summary>
    public double Noise { get; init; } = 0.1;
}
