using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Series;

/// <summary>What is odd about a series that is served nevertheless.</summary>
internal static class SeriesWarnings
{
    /// <summary>A warning for each; never a string from the files.</summary>
    public static IEnumerable<Warning> Of(IReadOnlyList<SliceFrame> frames, DicomSource source)
    {
        var files = frames.Select(frame => frame.File).Distinct().ToList();
        if (source.IsInverted)
        {
            yield return new Warning(
                "inverted-display",
                "PhotometricInterpretation is MONOCHROME1, which viewers show with dark and bright exchanged; the values are used as they are stored.");
        }

        if (source.Modality == "CT" && frames.All(frame => frame.Rescale.Intercept is null))
        {
            yield return new Warning(
                "no-rescale",
                "The modality is CT and no image has a RescaleIntercept, which was taken as 0: where the values are stored with an offset, as CT mostly is, they are no Hounsfield units.");
        }

        if (files.Any(file => file.IsMislabelled))
        {
            yield return new Warning(
                "encoding-differs",
                "The meta information (TransferSyntaxUID) names another encoding than the data set has; the data set was read as it is encoded.");
        }

        if (SliceStep.IsRounded(frames))
        {
            yield return new Warning("positions-rounded", FormattableString.Invariant(
                $"ImagePositionPatient is written with so few decimals that the steps between slices differ; they were taken as equal, {SliceStep.Of(frames).Length:0.####} mm each."));
        }

        foreach (var tag in files.SelectMany(file => file.DataSet.TooLong).Distinct())
        {
            yield return new Warning(
                "text-left-out", $"The attribute {tag} is longer than such an attribute may be; it was not read, and DICOM results do not repeat it.");
        }

        if (source.Obstacle is { } obstacle)
            yield return new Warning("no-dicom-results", $"DICOM results cannot be made over this series: {obstacle}");
    }
}
