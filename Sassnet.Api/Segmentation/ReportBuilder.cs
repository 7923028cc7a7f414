using Sassnet.Api.Telemetry;
using Sassnet.Model.Inference;
using Sassnet.Model.Morphology;
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
        LabelReport figures,
        string? segEncoding,
        IReadOnlyList<Warning> warnings,
        StageTimings stages)
    {
        var map = result.Segmentation;
        var size = map.VoxelSize;
        return new SegmentationReport(
            new ReportModel(model.Name, model.Version, model.Members),
            new ReportInput([map.Size.X, map.Size.Y, map.Size.Z], [size.X, size.Y, size.Z], Orientation.Of(map.Affine).Code),
            [figures],
            double.IsNaN(result.Measurement.HeadAgreement) ? null : result.Measurement.HeadAgreement,
            request.Threshold,
            result.Mode.Word(),
            result.Device,
            result.Precision.ToString().ToLowerInvariant(),
            Seconds(stages),
            segEncoding,
            warnings);
    }

    /// <summary>The figures of a label.</summary>
    public static LabelReport Measure(Label label, SegmentationResult result, SurfaceMesh surface)
    {
        var found = result.Measurement;
        return new LabelReport(
            label.Value,
            label.Name,
            label.SnomedCode,
            found.Voxels,
            found.VolumeMl,
            surface.AreaMm2,
            found.Box is { } box ? Corners(box) : null,
            found.ComponentsFound,
            found.ComponentsRemoved,
            SignedDistanceMap.LargestInscribedRadiusMm(found.Segmentation) is var radius && double.IsFinite(radius) ? radius : null,
            surface.LongestDiameterMm);
    }

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
