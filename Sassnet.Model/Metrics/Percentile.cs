namespace Sassnet.Model.Metrics;

/// <summary>Percentiles as NumPy defines them by default: linear interpolation between the two nearest ranks.</summary>
public static class Percentile
{
    /// <summary>The value below which <paramref name="percent"/> of 0..100 of the values lie. Sorts the values in place; there is at least one.</summary>
    public static double Of(double[] values, double percent)
    {
        Array.Sort(values);
        var rank = percent / 100 * (values.Length - 1);
        var below = (int)rank;
        var above = Math.Min(below + 1, values.Length - 1);
        return values[below] + ((rank - below) * (values[above] - values[below]));
    }
}
