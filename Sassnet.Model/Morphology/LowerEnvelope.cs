namespace Sassnet.Model.Morphology;

/// <summary>
/// The lower envelope of parabolas in one dimension (Felzenszwalb and Huttenlocher 2012, algorithm 1): out(q) = min over p of
/// (spacing·(q − p))² + f(p), in linear time. Holds the buffers of one column, for one thread.
/// </summary>
internal sealed class LowerEnvelope(int length)
{
    private readonly int[] _apex = new int[length];
    private readonly float[] _height = new float[length];
    private readonly double[] _from = new double[length];

    /// <summary>Writes the envelope of a column of a tile to 0, stride, 2·stride…; infinite values have no parabola, and one value at least is finite.</summary>
    public void Run(ReadOnlySpan<float> tile, Span<float> column, int stride, SquaredSteps steps)
    {
        var top = Build(tile, steps);
        var piece = 0;
        var squares = steps.Squares;
        for (var q = 0; q < steps.Length; q++)
        {
            while (piece < top && _from[piece + 1] < q)
                piece++;
            column[q * stride] = squares[Math.Abs(q - _apex[piece])] + _height[piece];
        }
    }

    /// <summary>Stacks the parabolas that are lowest somewhere, left to right, each with where it takes over; the index of the last.</summary>
    private int Build(ReadOnlySpan<float> tile, SquaredSteps steps)
    {
        var curvature = steps.Spacing * steps.Spacing;
        var top = -1;
        for (var q = 0; q < steps.Length; q++)
        {
            var height = tile[q * NearbySearch.Lanes];
            if (float.IsPositiveInfinity(height))
                continue;
            var from = double.NegativeInfinity;
            while (top >= 0)
            {
                var apex = _apex[top];
                from = (0.5 * (q + apex)) + (((double)height - _height[top]) / (2 * curvature * (q - apex)));
                if (from > _from[top])
                    break;
                top--;
                from = double.NegativeInfinity;
            }

            top++;
            (_apex[top], _height[top], _from[top]) = (q, height, from);
        }

        return top;
    }
}
