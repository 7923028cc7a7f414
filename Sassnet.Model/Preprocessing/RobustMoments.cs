namespace Sassnet.Model.Preprocessing;

/// <summary>
/// Mean and standard deviation that do not move when a scan is padded, masked or has a few very bright voxels: one value that fills a
/// twentieth of the image or more is taken for padding and left out, then the darkest and brightest half per cent.
/// </summary>
internal static class RobustMoments
{
    private const double PaddingShare = 0.05;
    private const double TailShare = 0.005;

    // Resampling makes a few neighbouring floats of a value other than 0: the weights of each axis add up to 1 but for rounding.
    private const double Spread = 2e-6;

    // Enough for moments to three digits; sorting every voxel of a large scan would cost more than resampling it.
    private const int MaxSamples = 1 << 20;

    public static (double Mean, double Deviation) Of(ReadOnlySpan<float> voxels)
    {
        var sorted = VoxelSample.Of(voxels, MaxSamples);
        FloatSort.Sort(sorted);
        var (start, length) = LongestRun(sorted);
        float[] tissue = length >= PaddingShare * sorted.Length ? [.. sorted[..start], .. sorted[(start + length)..]] : sorted;
        if (tissue.Length == 0)
            return (sorted[0], 0);
        var tail = (int)(TailShare * tissue.Length);
        var moments = IntensityNormaliser.Moments(tissue.AsSpan(tail, tissue.Length - (2 * tail)));

        // An image of two values is one value once the padding is gone.
        return moments.Deviation > 0 ? moments : IntensityNormaliser.Moments(sorted);
    }

    private static (int Start, int Length) LongestRun(float[] sorted)
    {
        var (best, bestLength, start) = (0, 0, 0);
        for (var end = 0; end < sorted.Length; end++)
        {
            while (sorted[end] - (double)sorted[start] > Spread * Math.Abs(sorted[end]))
                start++;
            if (end + 1 - start > bestLength)
                (best, bestLength) = (start, end + 1 - start);
        }

        return (best, bestLength);
    }
}
