namespace Sassnet.Api.Models;

/// <summary>What is known of a scan before it is decoded.</summary>
/// <param name="Bytes">The size of its upload.</param>
/// <param name="Kind">What is asked for; scans of one kind take alike for each byte.</param>
internal readonly record struct ScanSize(long Bytes, string Kind);

/// <summary>
/// Learns from the scans of a model how long each of the next ones will keep those behind it waiting. That is less than it takes from its first stage to its
/// last, where stages of several overlap. Safe to use from several threads.
/// </summary>
internal sealed class ScanPace
{
    // What a scan takes whatever its size, as bytes that take as long.
    private const double Overhead = 64 * 1024;

    // A scan weighs half as much three scans later: a change of what is sent, or of what else the machine does, shows soon.
    private const double Memory = 0.8;

    // Before anything was learnt: a compressed scan of 10 MB in five seconds.
    private const double FirstGuess = 5e-7;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Seconds, double Bytes)> _kinds = [];
    private (double Seconds, double Bytes) _all;

    /// <summary>How long a scan will take.</summary>
    public TimeSpan Expect(ScanSize size)
    {
        lock (_lock)
        {
            var (seconds, bytes) = _kinds.GetValueOrDefault(size.Kind, _all);
            return TimeSpan.FromSeconds((size.Bytes + Overhead) * (bytes > 0 ? seconds / bytes : FirstGuess));
        }
    }

    /// <summary>Takes into account how long a scan took.</summary>
    public void Learn(ScanSize size, TimeSpan taken)
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
