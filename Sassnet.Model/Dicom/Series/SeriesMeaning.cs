using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Sees that the values of a series mean the same in all of its frames.</summary>
internal static class SeriesMeaning
{
    /// <summary>
    /// Refuses a series of which some images are shown with dark and bright exchanged. Each is read as it is stored, and what made one of them MONOCHROME1 mostly
    /// turned its values round too, so that all look alike: every other slice would be a negative.
    /// </summary>
    /// <exception cref="Volumes.InvalidVolumeException">There are both MONOCHROME1 and MONOCHROME2.</exception>
    public static void RequireOne(IReadOnlyList<SliceFrame> frames)
    {
        if (DifferingFrames.In(frames, DicomTags.PhotometricInterpretation) is var (one, other))
        {
            throw DicomFault.NotServable(
                "mixed-display",
                $"The images differ in PhotometricInterpretation {DicomTags.PhotometricInterpretation}: {Of(one)} in {one.Name}, {Of(other)} in {other.Name}, so whether a high value means the same in both is unknown; accepted: one of them in all.");
        }

        // Nothing but the two comes to here.
        static string? Of(SliceFrame frame) => frame.File.DataSet.Text(DicomTags.PhotometricInterpretation);
    }
}
