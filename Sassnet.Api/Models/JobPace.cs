namespace Sassnet.Api.Models;

/// <summary>What is known of a job before its turn.</summary>
/// <param name="Bytes">The size of its upload.</param>
/// <param name="Kind">What is asked for; jobs of one kind take alike for each byte.</param>
internal readonly record struct JobSize(long Bytes, string Kind);

/// <summary>Learns from the jobs of a model how long the next ones will take. Safe to use from several threads.</summary>
internal sealed class JobPace
{
    // What a job takes whatever its size, as bytes that take as long.
    private const double Overhead = 64 * 1024;

    // A job weighs half as much three jobs later: a change of what is sent, or of what else the machine does, shows soon.
    private const double Memory = 0.8;

    // Before anything was learnt: a compressed scan of 10 MB in five seconds.
    private const double FirstGuess = 5e-7;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Seconds, double Bytes)> _kinds = [];
    private (double Seconds, double Bytes) _all;

    /// <summary>How long a job will take.</summary>
    public TimeSpan Expect(JobSize size)
    {
        lock (_lock)
        {
            var (seconds, bytes) = _kinds.GetValueOrDefault(size.Kind, _all);
            return TimeSpan.FromSeconds((size.Bytes + Overhead) * (bytes > 0 ? seconds / bytes : FirstGuess));
        }
    }

    /// <summary>Takes into account how long a job took.</summary>
    public void Learn(JobSize size, TimeSpan taken)
    {
        lock (_lock)
        {
            _kinds[size.Kind] = Added(_kinds.GetValueOrDefault(size.Kind));
            _all = Added(_all);
        }

        (double Seconds, double Bytes) Added((double Seconds, double Bytes) sum) =>
            ((sum.Seconds * Memory) + taken.TotalSeconds, (sum.Bytes * Memory) + size.Bytes + Overhead);
    }
}
