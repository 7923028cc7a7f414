using Sassnet.Api.Telemetry;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>Measures a segmentation.</summary>
internal static class ReportBuilder
{
    public static SegmentationReport Build(
        ModelManifest model,
        SegmentationRequest request,
        SegmentationResult result,
        IReadOnlyList<LabelReport> figures,
        string? segEncoding,
        IReadOnlyList<Warning> warnings,
        StageTimings stages)
    {
        var map = result.Segmentation;
        var size = map.VoxelSize;
        return new SegmentationReport(
            new ReportModel(model.Name, model.Version, model.Members),
            new ReportInput([map.Size.X, map.Size.Y, map.Size.Z], [size.X, size.Y, size.Z], Orientation.Of(map.Affine).Code),
            figures,
            result.HeadAgreement,
            request.Threshold,
            result.Mode.Word(),
            result.Device,
            result.Precision.ToString().ToLowerInvariant(),
            Seconds(stages),
            segEncoding,
            warnings,
            result.Tiles is > 1 ? result.Tiles : null);
    }

    /// <summary>The figures of each label.</summary>
    public static IReadOnlyList<LabelReport> Measure(IReadOnlyList<Label> labels, SegmentationResult result, IReadOnlyList<SegmentMeasurement> figures) =>
        [.. labels.Select((label, index) => Measure(label, result.Measurements[index], figures[index], labels.Count > 1))];

    // One label's agreement is that of the report.
    private static LabelReport Measure(Label label, Measurement found, SegmentMeasurement figures, bool isOneOfSeveral) => new(
        label.Value,
        label.Name,
        label.SnomedCode,
        found.Voxels,
        figures.VolumeMl,
        figures.SurfaceAreaMm2,
        found.Box is { } box ? Corners(box) : null,
        found.ComponentsFound,
        found.ComponentsRemoved,
        figures.InscribedRadiusMm,
        figures.LongestDiameterMm,
        isOneOfSeveral ? found.KnownAgreement : null);

    private static VoxelBox Corners(GridBox box) =>
        new([box.Start.X, box.Start.Y, box.Start.Z], [box.End.X - 1, box.End.Y - 1, box.End.Z - 1]);

    private static OrderedDictionary<string, double> Seconds(StageTimings stages)
    {
        var seconds = new OrderedDictionary<string, double>();
        foreach (var (name, taken) in stages.Ended)
            seconds[name] = seconds.GetValueOrDefault(name) + taken;
        return seconds;
    }
}
