namespace Sassnet.Benchmarks.Measuring;

/// <summary>One piece of work to time.</summary>
/// <param name="Name">What it is, in a few words.</param>
/// <param name="Run">Does it once, and leaves nothing behind.</param>
internal sealed record Workload(string Name, Action Run);

/// <summary>How long a workload took.</summary>
/// <param name="Name">The workload's name.</param>
/// <param name="MedianSeconds">The median over all timed runs.</param>
/// <param name="Runs">How many runs were timed.</param>
internal sealed record Timing(string Name, double MedianSeconds, int Runs);
