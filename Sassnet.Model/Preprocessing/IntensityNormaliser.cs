using System.Numerics;
using System.Runtime.InteropServices;
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
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(voxels);
        foreach (ref var vector in vectors)
            vector = (vector - new Vector<float>(shift)) * scale;
        foreach (ref var voxel in voxels[(vectors.Length * Vector<float>.Count)..])
            voxel = (voxel - shift) * scale;
    }

    /// <summary>Mean and population standard deviation, in double precision.</summary>
    public static (double Mean, double Deviation) Moments(ReadOnlySpan<float> values)
    {
        var mean = Sum(values, 0, isSquared: false) / values.Length;
        return (mean, Math.Sqrt(Sum(values, mean, isSquared: true) / values.Length));
    }

    // Of the values less the shift, or of their squares; each lane for itself, as one sum would wait for each addition before the next.
    private static double Sum(ReadOnlySpan<float> values, double shift, bool isSquared)
    {
        var (low, high, shifts) = (Vector<double>.Zero, Vector<double>.Zero, new Vector<double>(shift));
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var vector in vectors)
        {
            Vector.Widen(vector, out var first, out var second);
            (first, second) = (first - shifts, second - shifts);
            low += isSquared ? first * first : first;
            high += isSquared ? second * second : second;
        }

        var sum = Vector.Sum(low + high);
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
            sum += isSquared ? (value - shift) * (value - shift) : value - shift;
        return sum;
    }
}
