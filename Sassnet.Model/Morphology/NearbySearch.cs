using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sassnet.Model.Morphology;

/// <summary>
/// Minimises over neighbours at growing distance in a tile of columns, until the distance alone exceeds what every lane has found. The steps are few near
/// the target; the limit on them keeps the time linear.
/// </summary>
internal static class NearbySearch
{
    /// <summary>Columns of a tile.</summary>
    public const int Lanes = 32;

    // Measured on 512x512x256 masks: with more steps than this the lower envelope is as fast.
    private const int MaxSteps = 64;

    /// <summary>Searches a tile (row q at q · <see cref="Lanes"/>) and writes its columns, unless some row needs more steps than are worth it.</summary>
    public static bool TryRun(ReadOnlySpan<float> tile, Span<float> columns, int lanes, int stride, SquaredSteps steps)
    {
        Span<float> found = stackalloc float[Lanes];
        for (var q = 0; q < steps.Length; q++)
        {
            if (!TryRow(tile, q, steps, found))
                return false;
            found[..lanes].CopyTo(columns[(q * stride)..]);
        }

        return true;
    }

    private static bool TryRow(ReadOnlySpan<float> tile, int q, SquaredSteps steps, Span<float> found)
    {
        ref var rows = ref MemoryMarshal.GetReference(tile);
        var (low, high) = Load(ref rows, q);
        var squares = steps.Squares;
        var length = squares.Length;
        for (var step = 1; step < length; step++)
        {
            var square = Vector512.Create(squares[step]);
            if (!Vector512.GreaterThanAny(Vector512.Max(low, high), square))
                break;
            if (step > MaxSteps)
                return false;
            if (q >= step)
            {
                var (before, beforeHigh) = Load(ref rows, q - step);
                low = Vector512.MinNative(low, before + square);
                high = Vector512.MinNative(high, beforeHigh + square);
            }

            if (q + step < length)
            {
                var (after, afterHigh) = Load(ref rows, q + step);
                low = Vector512.MinNative(low, after + square);
                high = Vector512.MinNative(high, afterHigh + square);
            }
        }

        low.CopyTo(found);
        high.CopyTo(found[Vector512<float>.Count..]);
        return true;
    }

    private static (Vector512<float> Low, Vector512<float> High) Load(ref float rows, int q)
    {
        var start = (nuint)(q * Lanes);
        return (Vector512.LoadUnsafe(ref rows, start), Vector512.LoadUnsafe(ref rows, start + (nuint)Vector512<float>.Count));
    }
}
