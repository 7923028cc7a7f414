namespace Sassnet.Model.Volumes;

/// <summary>What a reader accepts before it allocates or decompresses anything; passing a limit is <see cref="InvalidVolumeKind.TooLarge"/>.</summary>
public sealed record VolumeLimits
{
    /// <summary>The limits where none are given.</summary>
    public static VolumeLimits Default { get; } = new();

    /// <summary>Voxels in a volume, at least 1. Default 2²⁷, the count of 512×512×512: 512 MiB as float32.</summary>
    public long MaxVoxels { get; init; } = 1L << 27;

    /// <summary>Bytes a compressed file may decompress to. Default 2 GiB.</summary>
    public long MaxDecompressedBytes { get; init; } = 2L << 30;

    /// <summary>
    /// Decompressed bytes per compressed byte of the whole file, or of all files of a series. Default 100; scans reach 2 to 10, nothing but zeros
    /// 100 to 1030. It counts only once 64 MiB are decompressed, since masks compress hugely.
    /// </summary>
    public double MaxCompressionRatio { get; init; } = 100;
}
