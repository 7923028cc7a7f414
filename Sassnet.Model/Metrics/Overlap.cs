namespace Sassnet.Model.Metrics;

/// <summary>How far two masks of one grid cover the same voxels.</summary>
/// <param name="PredictionVoxels">Foreground voxels of the prediction.</param>
/// <param name="ReferenceVoxels">Foreground voxels of the reference.</param>
/// <param name="CommonVoxels">Voxels that are foreground in both.</param>
/// <remarks>
/// Empty masks never look perfect: when both are empty the scores are NaN, since there is nothing to agree on; when one is, they are 0.
/// </remarks>
public readonly record struct Overlap(long PredictionVoxels, long ReferenceVoxels, long CommonVoxels)
{
    /// <summary>2·|A ∩ B| / (|A| + |B|), in [0, 1]; NaN when both masks are empty.</summary>
    public double Dice => 2.0 * CommonVoxels / (PredictionVoxels + ReferenceVoxels);

    /// <summary>|A ∩ B| / |A ∪ B|, in [0, 1]; NaN when both masks are empty.</summary>
    public double Jaccard => (double)CommonVoxels / (PredictionVoxels + ReferenceVoxels - CommonVoxels);

    /// <summary>Counts the voxels of two masks; anything but 0 is foreground.</summary>
    /// <exception cref="ArgumentException">The masks differ in length.</exception>
    public static Overlap Between(ReadOnlySpan<byte> prediction, ReadOnlySpan<byte> reference)
    {
        if (prediction.Length != reference.Length)
            throw new ArgumentException($"Masks of one grid have one length; got {prediction.Length} and {reference.Length} voxels.", nameof(prediction));
        long inPrediction = 0, inReference = 0, inBoth = 0;
        for (var i = 0; i < prediction.Length; i++)
        {
            var (p, r) = (prediction[i] != 0 ? 1 : 0, reference[i] != 0 ? 1 : 0);
            inPrediction += p;
            inReference += r;
            inBoth += p & r;
        }

        return new Overlap(inPrediction, inReference, inBoth);
    }
}
