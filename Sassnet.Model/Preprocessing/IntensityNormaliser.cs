using Sassnet.Model.Packages;

namespace Sassnet.Model.Preprocessing;

/// <summary>Brings intensities to one scale, so that a network sees the same image whatever gain and offset a scanner has.</summary>
public static class IntensityNormaliser
{
    // Resampling rounds each voxel by up to some units in the last place: a deviation of no more than that is none, and must not be blown up to 1.
    private const double Rounding = 5e-7;

    /// <summary>
    /// Normalises in place: (v − mean) / standard deviation, both as the kind defines them. An image that is constant but for rounding becomes all zeros. What the
    /// window of a CT has scaled stays as it is: that does not depend on the rest of the image.
    /// </summary>
    /// <param name="voxels">Finite values in any unit.</param>
    /// <param name="kind">Which voxels the mean and the standard deviation are taken over.</param>
    public static void Normalise(Span<float> voxels, Normalisation kind)
    {
        if (kind == Normalisation.CtWindow)
            return;
        var (mean, deviation) = kind == Normalisation.ZScore ? Moments(voxels) : RobustMoments.Of(voxels);
        var (shift, scale) = ((float)mean, deviation > Rounding * Math.Abs(mean) ? (float)(1 / deviation) : 0);
        foreach (ref var voxel in voxels)
            voxel = (voxel - shift) * scale;
    }

    /// <summary>Mean and population standard deviation, in double precision.</summary>
    public static (double Mean, double Deviation) Moments(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value;
        var mean = sum / values.Length;
        double squares = 0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / values.Length));
    }
}
