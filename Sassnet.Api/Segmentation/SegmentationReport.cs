using System.Text.Json.Serialization;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>Figures about one segmentation.</summary>
/// <param name="Model">The model that made it.</param>
/// <param name="Input">The grid it was made on.</param>
/// <param name="Labels">What was found, label by label.</param>
/// <param name="HeadAgreement">
/// Dice between the network's two answers, (probability &gt; threshold) and (signed distance &lt; 0), 0 to 1: a flag of quality that needs no
/// truth. Null when both are empty. Of several labels the least of theirs.
/// </param>
/// <param name="Threshold">The probability above which a voxel was taken.</param>
/// <param name="Inference">The mode used: <c>whole</c>, <c>whole-flips</c> or <c>window</c>.</param>
/// <param name="Device">Where it ran, such as <c>cpu</c> or <c>cuda:0</c>.</param>
/// <param name="Precision">The number format of the network: <c>float32</c>, <c>bfloat16</c> or <c>float16</c>.</param>
/// <param name="Seconds">How long each stage took, up to this report, in the order they ran.</param>
/// <param name="SegEncoding">
/// How the pixels of the DICOM Segmentation object over this input are stored: <c>binary</c>, <c>fractional</c> or <c>labelmap</c>; null where none can be made.
/// </param>
/// <param name="Warnings">What in the input was not taken at its word, what makes the result doubtful, and what of all could not be made.</param>
/// <param name="Tiles">
/// In how many parts that overlap the network was led over the whole volume, because one pass needed more memory than there is; absent where it was one, and with windows.
/// </param>
public sealed record SegmentationReport(
    ReportModel Model,
    ReportInput Input,
    IReadOnlyList<LabelReport> Labels,
    double? HeadAgreement,
    float Threshold,
    string Inference,
    string Device,
    string Precision,
    IReadOnlyDictionary<string, double> Seconds,
    string? SegEncoding,
    IReadOnlyList<Warning> Warnings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Tiles = null);

/// <summary>The model of a report.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">The package's version.</param>
/// <param name="Members">How many networks it is the mean of, each at the whole cost of one; absent where it is one.</param>
public sealed record ReportModel(string Name, string Version, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Members = null);

/// <summary>The grid of a report.</summary>
/// <param name="Shape">Voxels along X, Y, Z.</param>
/// <param name="VoxelSizeMm">Edge lengths of a voxel along X, Y, Z in millimetres.</param>
/// <param name="Orientation">The anatomical directions of increasing X, Y, Z, such as <c>RAS</c>; the nearest ones where the grid is oblique.</param>
public sealed record ReportInput(IReadOnlyList<int> Shape, IReadOnlyList<double> VoxelSizeMm, string Orientation);

/// <summary>One label's figures.</summary>
/// <param name="Value">Its value in the segmentation.</param>
/// <param name="Name">What it means.</param>
/// <param name="SnomedCode">Its SNOMED CT concept; null where there is none.</param>
/// <param name="Voxels">How many voxels have it.</param>
/// <param name="VolumeMl">Their volume in millilitres.</param>
/// <param name="SurfaceAreaMm2">The area of the surface in mm², at sub-voxel accuracy.</param>
/// <param name="BoundingBox">The smallest box around them; null when there are none.</param>
/// <param name="ComponentsFound">Connected components before the clean-up.</param>
/// <param name="ComponentsRemoved">Connected components that the clean-up took away.</param>
/// <param name="LargestInscribedRadiusMm">The radius of the largest sphere inside, in mm, between voxel centres; 0 when there is no voxel, null when there is no other.</param>
/// <param name="LongestDiameterMm">The largest distance between two points of the surface, in mm; 0 when there is none.</param>
/// <param name="HeadAgreement">The label's own agreement of the network's two answers, 0 to 1; absent where both are empty, and for a model of one label, whose agreement is the report's.</param>
public sealed record LabelReport(
    byte Value,
    string Name,
    string? SnomedCode,
    long Voxels,
    double VolumeMl,
    double SurfaceAreaMm2,
    VoxelBox? BoundingBox,
    int ComponentsFound,
    int ComponentsRemoved,
    double? LargestInscribedRadiusMm,
    double LongestDiameterMm,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? HeadAgreement = null);

/// <summary>A box of voxels, both corners inside.</summary>
/// <param name="Min">The lowest index along X, Y, Z.</param>
/// <param name="Max">The highest index along X, Y, Z.</param>
public sealed record VoxelBox(IReadOnlyList<int> Min, IReadOnlyList<int> Max);

/// <summary>The JSON form of a report.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SegmentationReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
