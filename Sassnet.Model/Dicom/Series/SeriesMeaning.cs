using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Sees that the values of a series mean the same in all of its frames.</summary>
internal static class SeriesMeaning
{
    /// <summary>Refuses a series of which some images are shown with dark and bright exchanged, or have a rescale that others lack.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">There are images of both kinds.</exception>
    public static void RequireOne(IReadOnlyList<SliceFrame> frames)
    {
        RequireOneDisplay(frames);
        RequireRescale(frames, DicomTags.RescaleSlope, "RescaleSlope", rescale => rescale.Slope, ModalityRescale.UsualSlope);
        RequireRescale(frames, DicomTags.RescaleIntercept, "RescaleIntercept", rescale => rescale.Intercept, ModalityRescale.UsualIntercept);
    }

    // Each is read as it is stored, and what made one of them MONOCHROME1 mostly turned its values round too, so that all look alike: every other slice would be
    // a negative.
    private static void RequireOneDisplay(IReadOnlyList<SliceFrame> frames)
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

    // CT has to say it, and what a tool left out of some images it had: beside the others air would be water there.
    private static void RequireRescale(IReadOnlyList<SliceFrame> frames, DicomTag tag, string name, Func<ModalityRescale, double?> value, double usual)
    {
        var bare = frames.FirstOrDefault(frame => value(frame.Rescale) is null);
        var scaled = frames.FirstOrDefault(frame => value(frame.Rescale) is { } number && number != usual);
        if (bare is null || scaled is null)
            return;
        throw DicomFault.NotServable(
            "mixed-rescale",
            $"{name} {tag} is {value(scaled.Rescale)} in {scaled.Name} and missing in {bare.Name}, so whether a value means the same in both is unknown; accepted: one in all images, or in none.");
    }
}
