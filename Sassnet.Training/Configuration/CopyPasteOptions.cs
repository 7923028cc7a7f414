namespace Sassnet.Training.Configuration;

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
