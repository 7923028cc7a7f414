using Sassnet.Api.Telemetry;
using Sassnet.Model.Inference;
using Sassnet.Model.Morphology;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>Measures a segmentation.</summary>
internal static class ReportBuilder
{
    private const double CubicMillimetresPerMillilitre = 1000;

    public static SegmentationReport Build(
        ModelManifest model, SegmentationRequest request, SegmentationResult result, SurfaceMesh surface, IReadOnlyList<string> warnings, StageTimings stages)
    {
        var map = result.Segmentation;
        var size = map.VoxelSize;
        return new SegmentationReport(
            new ReportModel(model.Name, model.Version),
            new ReportInput([map.Size.X, map.Size.Y, map.Size.Z], [size.X, size.Y, size.Z], Orientation.Of(map.Affine).Code),
            [Measure(model.Labels[0], result, surface)],
            double.IsNaN(result.HeadAgreement) ? null : result.HeadAgreement,
            request.Threshold,
            result.Mode.ToString().ToLowerInvariant(),
            result.Device,
            result.Precision.ToString().ToLowerInvariant(),
            Seconds(stages),
            warnings);
    }

    private static LabelReport Measure(Label label, SegmentationResult result, SurfaceMesh surface)
    {
        var map = result.Segmentation;
        var voxels = map.Labels.LongLength - map.Labels.AsSpan().Count((byte)0);
        return new LabelReport(
            label.Value,
            label.Name,
            label.SnomedCode,
            voxels,
            voxels * Math.Abs(map.Affine.Determinant) / CubicMillimetresPerMillilitre,
            surface.AreaMm2,
            Box(BoundingBox.Of(map.Labels, map.Size)),
            result.ComponentsFound,
            result.ComponentsRemoved,
            SignedDistanceMap.LargestInscribedRadiusMm(map) is var radius && double.IsFinite(radius) ? radius : null);
    }

    private static VoxelBox? Box(BoundingBox? found) => found is { } box
        ? new VoxelBox([box.X, box.Y, box.Z], [box.X + box.Size.X - 1, box.Y + box.Size.Y - 1, box.Z + box.Size.Z - 1])
        : null;

    private static OrderedDictionary<string, double> Seconds(StageTimings stages)
    {
        var seconds = new OrderedDictionary<string, double>();
        foreach (var (name, taken) in stages.Ended)
            seconds[name] = seconds.GetValueOrDefault(name) + taken;
        return seconds;
    }
}
