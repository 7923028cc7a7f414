using System.Diagnostics;

namespace Sassnet.Benchmarks.Measuring;

/// <summary>
/// Times workloads against each other: each runs once untimed, then all run in turn, round after round, so that a slow moment of the machine
/// touches all of them alike. The median over the rounds shrugs off the moments that do not.
/// </summary>
internal static class InterleavedTimer
{
    private const int FewestRounds = 3;
    private const int MostRounds = 25;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);

    /// <summary>Times the workloads, in their order.</summary>
    public static IReadOnlyList<Timing> Measure(params IReadOnlyList<Workload> workloads)
    {
        foreach (var workload in workloads)
            workload.Run();

        var seconds = workloads.Select(_ => new List<double>()).ToList();
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < FewestRounds || (round < MostRounds && Stopwatch.GetElapsedTime(started) < Budget); round++)
        {
            for (var index = 0; index < workloads.Count; index++)
                seconds[index].Add(Time(workloads[index].Run));
        }

        return [.. workloads.Select((workload, index) => new Timing(workload.Name, Median(seconds[index]), seconds[index].Count))];
    }

    private static double Time(Action run)
    {
        // What one workload left behind is not collected on another's time.
        GC.Collect();
        var started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>The median; sorts the values.</summary>
    public static double Median(List<double> values)
    {
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
