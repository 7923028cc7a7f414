namespace Sassnet.Training.Statistics;

/// <summary>The ranks of values among each other, where equal values share the mean of the ranks that they take up together.</summary>
public static class MidRanks
{
    /// <summary>Ranks values.</summary>
    /// <param name="values">No value is NaN.</param>
    /// <returns>Of each value its rank, from 1, the least, to their number; whole, or a half.</returns>
    public static double[] Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var ranks = new double[values.Count];
        var order = Enumerable.Range(0, values.Count).OrderBy(index => values[index]).ToArray();
        for (var first = 0; first < order.Length;)
        {
            var end = first + 1;
            while (end < order.Length && values[order[end]] == values[order[first]])
                end++;
            foreach (var index in order[first..end])
                ranks[index] = (first + 1 + end) / 2.0;
            first = end;
        }

        return ranks;
    }
}
