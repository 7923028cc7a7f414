namespace Sassnet.Training.Preparation;

/// <summary>
/// The values of a volume that has as few as a label map, and how many voxels of one stand beside each other along the file's first axis. Structures are of one value
/// throughout; a scan's noise gives neighbours different values, however few it has.
/// </summary>
/// <param name="Values">How many different values there are.</param>
/// <param name="MeanLength">How many voxels of one value stand beside each other on average; those of the commonest, the background, are not counted.</param>
internal sealed record ValueRuns(int Values, double MeanLength)
{
    // What a byte has.
    private const int MostValues = 256;

    // Scans of eight bits have between one and two; parcels of a brain more than five.
    private const double FewestOfLabels = 4;

    /// <summary>Whether they are as those of a label map.</summary>
    public bool AreOfLabels => MeanLength >= FewestOfLabels;

    /// <summary>Of voxels, X fastest; null where a value is negative or no whole number, or there are more than labels have.</summary>
    public static ValueRuns? Of(float[] voxels)
    {
        var found = new Dictionary<float, (long Voxels, long Runs)>();
        for (var start = 0; start < voxels.Length;)
        {
            var (value, end) = (voxels[start], start + 1);
            while (end < voxels.Length && voxels[end] == value)
                end++;
            if (value < 0 || !float.IsInteger(value))
                return null;
            var (counted, runs) = found.GetValueOrDefault(value);
            found[value] = (counted + end - start, runs + 1);
            if (found.Count > MostValues)
                return null;
            start = end;
        }

        var structures = found.Values.OrderByDescending(one => one.Voxels).Skip(1).ToList();
        return new ValueRuns(found.Count, structures.Count == 0 ? 0 : (double)structures.Sum(one => one.Voxels) / structures.Sum(one => one.Runs));
    }
}
