namespace Sassnet.Api.Segmentation;

/// <summary>A report as it may look, for the OpenAPI document.</summary>
internal static class ReportExample
{
    public static SegmentationReport Value { get; } = new(
        new ReportModel("left-atrium", "1.0.0"),
        new ReportInput([576, 576, 88], [0.625, 0.625, 0.625], "LPS"),
        [
            new LabelReport(
                1, "left atrium", "82471001", 382_114, 93.29, 14_870.6, new VoxelBox([231, 190, 12], [371, 322, 70]), ComponentsFound: 3, ComponentsRemoved: 2, 19.4),
        ],
        HeadAgreement: 0.962,
        Threshold: 0.5f,
        "whole",
        "cpu",
        "bfloat16",
        new Dictionary<string, double> { ["receive"] = 0.012, ["queue"] = 0.0002, ["read"] = 0.31, ["infer"] = 1.02 },
        []);
}
