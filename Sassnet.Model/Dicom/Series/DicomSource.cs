using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Series;

/// <summary>The DICOM series a volume was read from, as far as results refer to it.</summary>
public sealed class DicomSource
{
    internal DicomSource(IReadOnlyList<SliceFrame> frames) => Frames = frames;

    /// <summary>Whether it has the identifiers that a result has to repeat.</summary>
    public bool IsComplete => Frames.All(frame => frame.File.DataSet.Contains(DicomTags.SopInstanceUid)
        && frame.File.DataSet.Contains(DicomTags.StudyInstanceUid) && frame.File.DataSet.Contains(DicomTags.FrameOfReferenceUid));

    /// <summary>Its frames, in the order of the volume's slices.</summary>
    internal IReadOnlyList<SliceFrame> Frames { get; }
}
