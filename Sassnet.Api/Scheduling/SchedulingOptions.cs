using System.ComponentModel.DataAnnotations;

namespace Sassnet.Api.Scheduling;

/// <summary>How many requests may wait, and how long.</summary>
public sealed class QueueOptions
{
    /// <summary>
    /// Requests that may be on their way to a device, whichever model they are for, besides those that are on one; the next gets 503. The last quarter of the
    /// places is for callers that have none waiting. Jobs do not count. Default: 64. Range: 1 to 10 000.
    /// </summary>
    [Range(1, 10_000)]
    public int Length { get; set; } = 64;

    /// <summary>
    /// The longest a request may take to reach a device; then 503, and before its body is read where that can be foreseen. Jobs wait without limit.
    /// Default: 2 minutes. Range: 10 milliseconds to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(2);
}

/// <summary>How the stages of several requests share the machine.</summary>
public sealed class SchedulingOptions
{
    /// <summary>
    /// Whether other requests are decoded, prepared and encoded while one is on the device. Without, a request has the service to itself from its decoding to
    /// its encoding, one for each device: for measuring what overlapping is worth. Default: true.
    /// </summary>
    public bool Overlap { get; set; } = true;

    /// <summary>The most scans that are decoded and prepared ahead of the devices; one caller leaves one of several places to others. Default: 4. Range: 1 to 1024.</summary>
    [Range(1, 1024)]
    public int PreparedScans { get; set; } = 4;

    /// <summary>The most of them that are of one caller while another waits. Default: 2. Range: 1 to 1024.</summary>
    [Range(1, 1024)]
    public int PreparedPerCaller { get; set; } = 2;

    /// <summary>Threads that decode, prepare, restore, measure and encode, besides those of inference; 0 is one for each core. Default: 0. Range: 0 to 1024.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>
    /// The most memory of the scans under way, counted as 48 bytes for each of their voxels, and 16 for each label of the model after the first, on their own grid
    /// or on the model's where they have more there, from decoding to encoding; a scan that needs more runs alone.
    /// Default: three quarters of the managed heap's limit, which is half of the container's limit or the machine's memory. Range: 1 byte to 1 PiB.
    /// </summary>
    [Range(1, 1L << 50)]
    public long? MemoryBytes { get; set; }

    /// <summary><see cref="Threads"/>, counted.</summary>
    internal int ThreadCount => Threads == 0 ? Environment.ProcessorCount : Threads;

    /// <summary><see cref="MemoryBytes"/>, or its default.</summary>
    internal long MemoryBudget => MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
}
