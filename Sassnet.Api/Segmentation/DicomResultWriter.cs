using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>Writes a result as DICOM over the series it was made from.</summary>
internal sealed class DicomResultWriter(DicomSource source, ResultDescription about)
{
    private static readonly string Version = typeof(DicomResultWriter).Assembly.GetName().Version!.ToString(3);

    /// <summary>A writer for a source; null where the input was not DICOM.</summary>
    public static DicomResultWriter? Of(DicomSource? source, ModelManifest model, DateTimeOffset now, bool deidentify) => source is null
        ? null
        : new DicomResultWriter(source, new ResultDescription(model.Name, model.Version, model.Labels[0], Version, now, deidentify));

    /// <summary>Why none can be made, where reading the series could not know it.</summary>
    public IEnumerable<Warning> Warnings => source.Obstacle is null && about.ObstacleOver(source) is { } obstacle
        ? [new Warning("no-dicom-results", $"DICOM results cannot be made over this series: {obstacle}")]
        : [];

    /// <summary>The objects that can be made: none over a source without sound identifiers, no map of an empty segmentation.</summary>
    public IEnumerable<SegmentOutput> Possible(Volume distance)
    {
        if (about.ObstacleOver(source) is not null)
            yield break;
        yield return SegmentOutput.DicomSegmentation;
        if (float.IsFinite(distance.Voxels[0]))
            yield return SegmentOutput.DicomParametricMap;
    }

    /// <summary>Writes the segmentation.</summary>
    public void WriteSegmentation(Stream stream, LabelMap segmentation) => DicomSegmentation.Write(stream, segmentation, source, about);

    /// <summary>Writes the signed distance in millimetres.</summary>
    public void WriteDistance(Stream stream, Volume distance) => DicomParametricMap.Write(stream, distance, source, about);
}
