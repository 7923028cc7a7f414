using System.Diagnostics;

namespace Sassnet.GpuProof;

/// <summary>Times work whose last kernels may still run when the call returns.</summary>
internal static class Stopwatches
{
    /// <summary>The median of the rounds, in seconds.</summary>
    public static double Median(ProofSettings settings, Action work)
    {
        settings.Synchronise();
        var seconds = new List<double>();
        for (var round = 0; round < settings.Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            work();
            settings.Synchronise();
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        seconds.Sort();
        return seconds[seconds.Count / 2];
    }
}
