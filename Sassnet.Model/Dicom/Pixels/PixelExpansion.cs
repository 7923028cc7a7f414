using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Pixels;

/// <summary>
/// Bounds what compressed frames come to for their bytes, before they are decoded: a few megabytes of nothing would otherwise hold a model
/// for as long as the largest scan does.
/// </summary>
internal static class PixelExpansion
{
    /// <summary>Run lengths reach 64 at most, and scans 1 to 4, of which four fifths are empty 10.</summary>
    public const double RunLengthRatio = 16;

    // Masks and empty borders compress hugely, and small ones cost little.
    private const long CountsFromPixels = 1 << 24;

    /// <summary>Checks frames of one kind together.</summary>
    /// <param name="frames">Compressed frames.</param>
    /// <param name="ratio">Bytes that a compressed one may come to.</param>
    /// <param name="limits">The limits, which may be stricter.</param>
    /// <exception cref="InvalidVolumeException">They come to more.</exception>
    public static void Require(IEnumerable<FrameSource> frames, double ratio, VolumeLimits limits)
    {
        var (pixels, decoded, coded) = (0L, 0L, 0L);
        foreach (var frame in frames)
        {
            pixels += frame.Layout.Count;
            decoded += frame.Layout.FrameBytes;
            coded += frame.Fragments.Sum(fragment => fragment.Length);
        }

        var most = Math.Min(ratio, limits.MaxCompressionRatio);
        if (pixels > CountsFromPixels && decoded > most * coded)
        {
            throw DicomFault.TooLarge(
                "decompression-limit",
                $"The compressed pixels come to {decoded} bytes from {coded}; at most {most} to 1 is accepted above {CountsFromPixels} pixels. Send the series uncompressed.");
        }
    }
}
