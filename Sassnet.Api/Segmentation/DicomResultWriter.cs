using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>Writes a result as DICOM over the series it was made from.</summary>
internal sealed class DicomResultWriter(DicomSource source, ResultDescription about)
{
    private static readonly string Version = typeof(DicomResultWriter).Assembly.GetName().Version!.ToString(3);

    /// <summary>A writer for a source; null where the input was not DICOM.</summary>
    public static DicomResultWriter? Of(DicomSource? source, ModelManifest model, DateTimeOffset now, bool deidentify, SegmentationEncoding encoding) => source is null
        ? null
        : new DicomResultWriter(source, new ResultDescription(model.Name, model.Version, model.Labels, Version, now, deidentify, encoding));

    /// <summary>Why none can be made, where reading the series could not know it; or what to know of the encoding that was asked for.</summary>
    public IEnumerable<Warning> WarningsOf(LabelMap segmentation)
    {
        if (about.ObstacleOver(source) is not { } obstacle)
            return DicomSegmentation.WarningOf(segmentation, about) is { } warning ? [warning] : [];
        return source.Obstacle is null ? [new Warning("no-dicom-results", $"DICOM results cannot be made over this series: {obstacle}")] : [];
    }

    /// <summary>How the pixels of the segmentation object are stored; null where none can be made.</summary>
    public SegmentationEncoding? EncodingOf(LabelMap segmentation) => about.ObstacleOver(source) is null ? DicomSegmentation.EncodingOf(segmentation, about) : null;

    /// <summary>
    /// The objects that all has, each with what keeps it from being made (the map of an empty segmentation, a capture that would name the patient), null for
    /// nothing; none at all over a source without sound identifiers.
    /// </summary>
    public IReadOnlyList<(SegmentOutput Output, string? Obstacle)> Objects(IReadOnlyList<Volume> distances) => about.ObstacleOver(source) is not null
        ? []
        :
        [
            (SegmentOutput.DicomSegmentation, null),
            (SegmentOutput.DicomParametricMap, DicomParametricMap.ObstacleOf(distances)),
            (SegmentOutput.DicomReport, null),
            (SegmentOutput.DicomCapture, DicomCapture.ObstacleOver(source, about)),
        ];

    /// <summary>Writes the segmentation.</summary>
    public void WriteSegmentation(Stream stream, LabelMap segmentation) => DicomSegmentation.Write(stream, segmentation, source, about);

    /// <summary>Writes the measurements.</summary>
    public void WriteReport(Stream stream, LabelMap segmentation, IReadOnlyList<SegmentMeasurement> figures) =>
        DicomReport.Write(stream, segmentation, figures, source, about);

    /// <summary>Writes the scan with the segmentation's contours.</summary>
    public void WriteCapture(Stream stream, GreyVolume scan, LabelMap segmentation) => DicomCapture.Write(stream, scan, segmentation, source, about);

    /// <summary>Writes the signed distances of each label in millimetres.</summary>
    public void WriteDistance(Stream stream, IReadOnlyList<Volume> distances) => DicomParametricMap.Write(stream, distances, source, about);
}
