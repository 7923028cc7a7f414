using Sassnet.Model.Volumes;

namespace Sassnet.Model.Compression;

/// <summary>Counts what compressed files come to together, against the limits on bytes and on ratio.</summary>
internal sealed class ExpansionLimit(VolumeLimits limits)
{
    // As with gzip: empty images compress hugely, and small ones cost nothing.
    private const long RatioCountsFrom = 64 << 20;

    private long _bytes;
    private long _compressed;

    /// <summary>Counts bytes that came out.</summary>
    /// <param name="count">How many.</param>
    /// <param name="compressed">The compressed bytes of this file that its bytes so far came from.</param>
    /// <exception cref="InvalidVolumeException">They are too many.</exception>
    public void Add(int count, long compressed)
    {
        _bytes += count;
        var all = _compressed + compressed;
        if (_bytes > limits.MaxDecompressedBytes)
            throw TooLarge($"The DICOM input decompresses to more than {limits.MaxDecompressedBytes} bytes; at most that many are accepted.");
        if (_bytes > RatioCountsFrom && _bytes > limits.MaxCompressionRatio * all)
            throw TooLarge($"The DICOM input decompresses to {_bytes} bytes and more from {all}; at most {limits.MaxCompressionRatio} to 1 is accepted.");
    }

    /// <summary>Goes on to the next file.</summary>
    /// <param name="compressed">All compressed bytes of this one.</param>
    public void EndFile(long compressed) => _compressed += compressed;

    private static InvalidVolumeException TooLarge(FormattableString message) =>
        new(InvalidVolumeKind.TooLarge, "decompression-limit", FormattableString.Invariant(message));
}
