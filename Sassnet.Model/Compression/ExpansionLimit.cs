using Sassnet.Model.Volumes;

namespace Sassnet.Model.Compression;

/// <summary>Counts what compressed bytes come to, against the limits on bytes and on ratio.</summary>
/// <param name="limits">The limits.</param>
/// <param name="compressed">
/// All the compressed bytes there are, not those read so far: a scan may begin with a hundred mebibytes of zeros, and no bomb gets further than
/// its own length times the ratio.
/// </param>
internal sealed class ExpansionLimit(VolumeLimits limits, long compressed)
{
    /// <summary>The slug of the fault that a limit is passed.</summary>
    public const string Slug = "decompression-limit";

    // Masks and empty images compress hugely, and small ones cost nothing.
    private const long RatioCountsFrom = 64 << 20;

    /// <summary>The bytes that have come out.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether what came out so far, of so many compressed bytes, is what a bomb gives, or too little to tell.</summary>
    public bool IsSuspect(long compressedSoFar) => Bytes <= RatioCountsFrom || Bytes > limits.MaxCompressionRatio * compressedSoFar;

    /// <summary>Counts bytes that came out.</summary>
    /// <exception cref="InvalidVolumeException">They are too many.</exception>
    public void Add(int count)
    {
        Bytes += count;
        if (Bytes > limits.MaxDecompressedBytes)
            throw TooLarge($"The file decompresses to more than {limits.MaxDecompressedBytes} bytes; at most that many are accepted.");
        if (Bytes > RatioCountsFrom && Bytes > limits.MaxCompressionRatio * compressed)
            throw TooLarge($"The file decompresses to {Bytes} bytes and more from {compressed}; at most {limits.MaxCompressionRatio} to 1 is accepted.");
    }

    private static InvalidVolumeException TooLarge(FormattableString message) =>
        new(InvalidVolumeKind.TooLarge, Slug, FormattableString.Invariant(message));
}
