using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Results;

/// <summary>How the pixels of a segmentation object are stored.</summary>
public enum SegmentationEncoding
{
    /// <summary><see cref="Binary"/> where every known reader reads it right, else <see cref="Fractional"/>.</summary>
    Auto,

    /// <summary>A bit for each pixel, frames without padding between them (PS3.5 8.1.1).</summary>
    Binary,

    /// <summary>A byte for each pixel: 255 inside, 0 outside.</summary>
    Fractional,

    /// <summary>A byte for each pixel: the segment's number, 0 outside. A SOP class of its own (supplement 243, PS3.3 2024d) that few readers know yet.</summary>
    LabelMap,
}

/// <summary>Which encoding a segmentation takes.</summary>
internal static class EncodingChoice
{
    private const int BitsPerByte = 8;

    /// <summary>Chooses; never <see cref="SegmentationEncoding.Auto"/>.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="size">The grid of a frame, and more.</param>
    /// <param name="frames">How many frames there are.</param>
    public static SegmentationEncoding Of(SegmentationEncoding asked, GridSize size, int frames) => asked != SegmentationEncoding.Auto ? asked
        : IsReadByAll(size, frames) ? SegmentationEncoding.Binary
        : SegmentationEncoding.Fractional;

    /// <summary>
    /// Whether every known reader reads bits right. Where a frame ends within a byte, as it may, cornerstone (OHIF) and dcmtk (dcmqi, 3D Slicer) begin the next
    /// one elsewhere and show a scrambled mask without a word; at a byte that pads the length, OHIF loads for ever.
    /// </summary>
    public static bool IsReadByAll(GridSize size, int frames)
    {
        var pixels = (long)size.X * size.Y;
        return pixels % BitsPerByte == 0 && pixels / BitsPerByte * frames % 2 == 0;
    }
}
