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

    /// <summary>What the teacher keeps of its weights after an iteration, counted from 0: min(1 − 1/(i + 1), decay).</summary>
    public double DecayAt(int iteration) => Math.Min(1 - (1.0 / (iteration + 1)), Decay);
}

/// <summary>Bidirectional copy-paste; the defaults are those of arXiv 2305.00673.</summary>
public sealed record CopyPasteOptions
{
    /// <summary>
    /// Iterations of the first stage, in which labelled crops are pasted into each other and there is no teacher; the learning rate does not
    /// decay. The second stage begins with its weights and a new optimizer, and counts the schedule from its own 0.
    /// </summary>
    public int PretrainIterations { get; init; } = 2000;

    /// <summary>The pasted cuboid's sides as a share of the crop's.</summary>
    public double Share { get; init; } = 2.0 / 3;

    /// <summary>How much a voxel under a pseudo-label counts against one under a label.</summary>
    public double PseudoLabelWeight { get; init; } = 0.5;
}
