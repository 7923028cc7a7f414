using System.ComponentModel.DataAnnotations;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Uploads;

/// <summary>What may be sent.</summary>
public sealed class UploadOptions
{
    // What multipart/form-data puts around a body and around each file: boundaries and headers.
    private const long MultipartFraming = 64 * 1024;
    private const long PartFraming = 1024;

    /// <summary>
    /// The memory of a scan for each of its voxels, at the most: 40 bytes are the scan, both maps, the stages of turning them back, the mask, the distance and what it is
    /// made from, as floats; the rest is for the surface and the pictures of what was segmented, which are made beside them.
    /// </summary>
    internal const long BytesPerVoxel = 48;

    /// <summary>What each label of a model after the first adds to that: both maps, its mask and its distance, and what these are made from.</summary>
    internal const long BytesPerVoxelOfLabel = 16;

    // The service has the rest.
    private const long BytesOfService = 64 << 20;

    /// <summary>Where uploads lie while they are read. Default: a folder of this user's in the system's temporary folder.</summary>
    [MinLength(1)]
    public string? Folder { get; set; }

    /// <summary>The largest file, or all files of a series together, as sent, compressed or not, in bytes. Default: 1 GiB. Range: 1 byte to 1 TiB.</summary>
    [Range(1, 1L << 40)]
    public long MaxCompressedBytes { get; set; } = 1L << 30;

    /// <summary>The largest file after decompression in bytes. Default: 2 GiB. Range: 1 byte to 1 TiB.</summary>
    [Range(1, 1L << 40)]
    public long MaxDecompressedBytes { get; set; } = new VolumeLimits().MaxDecompressedBytes;

    /// <summary>The largest ratio of decompressed to compressed bytes, looked at only after the first 64 MiB. Default: 100. Range: 1 to 1 000 000.</summary>
    [Range(1.0, 1_000_000.0)]
    public double MaxCompressionRatio { get; set; } = new VolumeLimits().MaxCompressionRatio;

    /// <summary>The most voxels a volume may have; fewer where the memory is smaller than 48 bytes for each. Default: 134 217 728, as 512 x 512 x 512. Range: 1 to 2 147 483 591, the longest array.</summary>
    [Range(1, 0x7FFFFFC7L)]
    public long MaxVoxels { get; set; } = new VolumeLimits().MaxVoxels;

    /// <summary>The most files of a series, as parts or in a zip. Default: 10 000. Range: 1 to 65 534, the most of a zip file.</summary>
    [Range(1, 65_534)]
    public int MaxFiles { get; set; } = 10_000;

    /// <summary>
    /// The most uploads received and unpacked at once; the next gets 503. The last quarter of the places is for callers that have none. Default: 16. Range: 1 to 10 000.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxConcurrent { get; set; } = 16;

    /// <summary>
    /// The most bytes of all uploads as far as they have come, what is unpacked from them, and answers on their way; an upload that finds no room gets 503. An answer
    /// whose client takes less than 2 KiB a second of it, on the average since it began or over a minute in which more is there for it, is broken off, but not in the first 30 seconds. What decoding compressed DICOM takes comes on top. Default: 8 GiB. Range: 1
    /// byte to 1 PiB.
    /// </summary>
    [Range(1, 1L << 50)]
    public long MaxTemporaryBytes { get; set; } = 8L << 30;

    /// <summary>
    /// The longest an upload may take; then 504. One that brings less than 240 bytes a second gets 408 after 5 seconds. Default: 5 minutes. Range: 10 milliseconds to
    /// 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest request body that is taken in: the files and their framing.</summary>
    internal long MaxBodyBytes => MaxCompressedBytes + MultipartFraming + (PartFraming * MaxFiles);

    /// <summary>The limits of a volume, as the model library takes them; no more voxels than the memory holds that the process may use.</summary>
    internal VolumeLimits ForVolumes() =>
        new() { MaxVoxels = Math.Min(MaxVoxels, MostInMemory), MaxDecompressedBytes = MaxDecompressedBytes, MaxCompressionRatio = MaxCompressionRatio };

    private static long MostInMemory => Math.Max(1, (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - BytesOfService) / BytesPerVoxel);
}
