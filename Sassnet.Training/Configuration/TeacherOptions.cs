namespace Sassnet.Training.Configuration;

/// <summary>The mean teacher of <c>ua-mt</c>, <c>sassnet-mt</c>, <c>bcp</c> and <c>w2s</c>; the defaults are those of arXiv 1907.07034.</summary>
public sealed record TeacherOptions
{
    /// <summary>
    /// The teacher keeps this share of its weights at each iteration; at the beginning less: min(1 − 1/(i + 1), decay). With <c>bcp</c>, whose
    /// teacher begins with what the first stage learned, always this share.
    /// </summary>
    public double Decay { get; init; } = 0.99;

    /// <summary>Weight of the consistency with the teacher after the warm-up; <c>bcp</c> has no such loss, <c>w2s</c> a weight of its own.</summary>
    public double ConsistencyWeight { get; init; } = 0.1;

    /// <summary>Passes with noise and dropout, of <c>ua-mt</c> and <c>sassnet-mt</c>, whose mean probability tells how certain the teacher is.</summary>
    public int Passes { get; init; } = 8;

    /// <summary>Standard deviation of the noise added to the teacher's images in these passes, which are normalised; clipped at twice this.</summary>
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

/// <summary>
/// What <c>w2s</c> learns from unlabelled crops, with the teacher that <c>teacher.decay</c> makes. The teacher sees the crops as <c>augmentation</c> leaves them,
/// which are the weak changes; the student sees them changed further.
/// </summary>
public sealed record WeakToStrongOptions
{
    /// <summary>How probable the teacher has to find the likelier class of a voxel for it to count.</summary>
    public double Threshold { get; init; } = 0.75;

    /// <summary>Weight of the loss on unlabelled crops after the warm-up, ½(cross-entropy + Dice).</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The sides, as a share of the crop's, of the cuboid at a random place in which each crop gets the voxels of the next one; 0 is off.</summary>
    public double CutMixShare { get; init; } = 0.5;

    /// <summary>Multiply the distance of intensities from the crop's mean by a factor between 1/(1 + contrast) and 1 + contrast; 0 is off.</summary>
    public double Contrast { get; init; } = 0.5;

    /// <summary>Standard deviation of the noise that is added; 0 is off.</summary>
    public double Noise { get; init; } = 0.2;
}
