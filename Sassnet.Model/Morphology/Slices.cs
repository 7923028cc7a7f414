using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>Runs independent pieces of a volume, on the calling thread alone when that is all that is allowed.</summary>
internal static class Slices
{
    /// <summary>Runs <paramref name="body"/> for 0 ≤ index &lt; <paramref name="count"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The degree is neither −1 nor at least 1.</exception>
    public static void ForEach(int count, int maxDegreeOfParallelism, Action<int> body)
    {
        if (maxDegreeOfParallelism is 0 or < -1)
            throw new ArgumentOutOfRangeException(nameof(maxDegreeOfParallelism), maxDegreeOfParallelism, "Threads are at least 1, or -1 for all cores.");
        if (maxDegreeOfParallelism != 1)
        {
            SharedLoop.Run(() => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = maxDegreeOfParallelism }, body));
            return;
        }

        for (var index = 0; index < count; index++)
            body(index);
    }
}
