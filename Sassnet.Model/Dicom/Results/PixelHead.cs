using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Results;

/// <summary>What stands before the pixels of a result.</summary>
internal static class PixelHead
{
    // The largest even length of 32 bits; the odd one above it means that none is said (PS3.5 7.1.1).
    private const long MostBytes = uint.MaxValue - 1;

    /// <summary>Why no object can hold so many bytes of pixels; null where one can.</summary>
    /// <param name="bytes">Their length, padding included.</param>
    /// <param name="what">What the object is.</param>
    public static string? ObstacleOf(long bytes, string what) => bytes <= MostBytes ? null : FormattableString.Invariant(
        $"the {what} would have {bytes} bytes of pixels, and a DICOM object holds at most {MostBytes}.");

    /// <summary>The tag, type and length; made before anything is written, as it may be refused.</summary>
    /// <param name="tag">The pixels' attribute.</param>
    /// <param name="vr">Their type.</param>
    /// <param name="bytes">Their length, padding included.</param>
    /// <param name="what">What the object is, for faults.</param>
    /// <exception cref="InvalidVolumeException">No object can hold so many.</exception>
    public static byte[] Of(DicomTag tag, string vr, long bytes, string what) => ObstacleOf(bytes, what) is not { } obstacle
        ? ElementHead.Of(tag, vr, (uint)bytes)
        : throw DicomFault.NotServable("result-too-large", $"The result is too large: {obstacle} Crop the volume, or ask for another output, such as output=segmentation.");
}
