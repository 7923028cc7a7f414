using System.Numerics;
using System.Runtime.InteropServices;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>Blurs a crop as a Gaussian does, one axis at a time; beyond the edge the outermost voxel holds.</summary>
internal static class GaussianBlur
{
    private const int ReachInDeviations = 3;

    /// <summary>Blurs.</summary>
    /// <param name="image">Intensities, X fastest; they are not changed.</param>
    /// <param name="size">Their grid.</param>
    /// <param name="deviation">The Gaussian's standard deviation in voxels, above 0.</param>
    public static float[] Apply(float[] image, GridSize size, double deviation)
    {
        var weights = Weights(deviation);
        var reach = weights.Length / 2;
        var (alongX, alongY, alongZ) = (new float[image.Length], new float[image.Length], new float[image.Length]);
        var padded = new float[size.X + (2 * reach)];
        for (var row = 0; row < image.Length; row += size.X)
        {
            padded.AsSpan(0, reach).Fill(image[row]);
            image.AsSpan(row, size.X).CopyTo(padded.AsSpan(reach));
            padded.AsSpan(reach + size.X).Fill(image[row + size.X - 1]);
            for (var k = 0; k < weights.Length; k++)
                AddScaled(padded.AsSpan(k, size.X), weights[k], alongX.AsSpan(row, size.X));
        }

        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                for (var k = 0; k < weights.Length; k++)
                    AddScaled(alongX.AsSpan(size.IndexOf(0, Math.Clamp(y + k - reach, 0, size.Y - 1), z), size.X), weights[k], alongY.AsSpan(size.IndexOf(0, y, z), size.X));
            }
        }

        var slice = size.X * size.Y;
        for (var z = 0; z < size.Z; z++)
        {
            for (var k = 0; k < weights.Length; k++)
                AddScaled(alongY.AsSpan(Math.Clamp(z + k - reach, 0, size.Z - 1) * slice, slice), weights[k], alongZ.AsSpan(z * slice, slice));
        }

        return alongZ;
    }

    private static float[] Weights(double deviation)
    {
        var reach = (int)Math.Ceiling(ReachInDeviations * deviation);
        var weights = Enumerable.Range(-reach, (2 * reach) + 1).Select(k => Math.Exp(-k * k / (2 * deviation * deviation))).ToList();
        var sum = weights.Sum();
        return [.. weights.Select(weight => (float)(weight / sum))];
    }

    private static void AddScaled(ReadOnlySpan<float> source, float weight, Span<float> target)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(source);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < sums.Length; i++)
            sums[i] += vectors[i] * weight;
        for (var i = sums.Length * Vector<float>.Count; i < target.Length; i++)
            target[i] += source[i] * weight;
    }
}
