using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Looks for frames that contradict each other in what all of a series should share.</summary>
internal static class DifferingFrames
{
    /// <summary>The first two frames with different texts of an attribute; null where all that have it agree: where nothing is said, nothing contradicts.</summary>
    public static (SliceFrame One, SliceFrame Other)? In(IReadOnlyList<SliceFrame> frames, DicomTag tag)
    {
        var named = frames.Where(frame => Text(frame) is not null).DistinctBy(Text).Take(2).ToList();
        return named is [var one, var other] ? (one, other) : null;

        string? Text(SliceFrame frame) => frame.File.DataSet.Text(tag);
    }
}
