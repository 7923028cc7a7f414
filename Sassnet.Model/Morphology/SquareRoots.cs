using System.Numerics;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Morphology;

/// <summary>Turns squared distances into distances, a vector at a time.</summary>
internal static class SquareRoots
{
    /// <summary>Replaces every value by <paramref name="scale"/> times its square root.</summary>
    public static void Scaled(Span<float> squared, float scale)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(squared);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = Vector.SquareRoot(vectors[i]) * scale;
        for (var i = vectors.Length * Vector<float>.Count; i < squared.Length; i++)
            squared[i] = MathF.Sqrt(squared[i]) * scale;
    }

    /// <summary>The largest of values that are at least 0.</summary>
    public static float Maximum(ReadOnlySpan<float> squared)
    {
        var maxima = Vector<float>.Zero;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(squared);
        foreach (var vector in vectors)
            maxima = Vector.Max(maxima, vector);
        var maximum = 0f;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            maximum = MathF.Max(maximum, maxima[lane]);
        foreach (var value in squared[(vectors.Length * Vector<float>.Count)..])
            maximum = MathF.Max(maximum, value);
        return maximum;
    }
}
