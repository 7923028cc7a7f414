using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Sassnet.Model.Packages;

/// <summary>What <c>model.json</c> says of a model: what it is, how to feed it, how it was made and how well it does.</summary>
public record ModelManifest
{
    /// <summary>The package's name: lower-case letters, digits and single hyphens between them.</summary>
    public required string Name { get; init; }

    /// <summary>The package's version: a semantic version, such as <c>1.0.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The network.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>The labels of a segmentation, in the order of the network's channels; their values and names differ, and with several of them each has a colour of its own.</summary>
    public required IReadOnlyList<Label> Labels { get; init; }

    /// <summary>How an input is brought to what the network was trained on.</summary>
    public required PreprocessingSpecification Preprocessing { get; init; }

    /// <summary>How the network is applied, and what each way was measured to give.</summary>
    public required InferenceSpecification Inference { get; init; }

    /// <summary>What the scans of training were like; outside it a segmentation carries a warning. Absent where nobody looked.</summary>
    public TrainingRange? Range { get; init; }

    /// <summary>What the model may be used for, in sentences for people. Absent where nobody said.</summary>
    public ModelCard? Card { get; init; }

    /// <summary>How the weights were made.</summary>
    public required TrainingProvenance Training { get; init; }

    /// <summary>How well the package does on a set of scans it was not trained on; absent where it was not measured.</summary>
    public ValidationMetrics? Metrics { get; init; }

    /// <summary>Networks whose maps are averaged, each at the whole cost of one: <c>model.safetensors</c>, <c>model-2.safetensors</c> and on; absent means 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Members { get; init; }

    /// <summary>How many networks there are.</summary>
    [JsonIgnore]
    public int MemberCount => Members ?? 1;

    /// <summary>SHA-256 of <c>model.safetensors</c>, lower-case hexadecimal; of several members, the SHA-256 of their digests one behind the other.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>The network of a package.</summary>
/// <param name="Type">Always <c>vnet-sdm</c>: a V-Net with heads for segmentation and signed distance map.</param>
/// <param name="Filters">Channels of the first level, 2 to 256.</param>
/// <param name="Classes">Channels of each head, one for each label; absent means 1.</param>
/// <param name="InputChannels">Images that the network looks at together; absent means 1, and more are not supported.</param>
public sealed record Architecture(
    string Type,
    int Filters,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Classes = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? InputChannels = null);

/// <summary>A label of a segmentation.</summary>
/// <param name="Value">The voxel value, 1 to 255.</param>
/// <param name="Name">What it means, such as <c>left atrium</c>.</param>
/// <param name="SnomedCode">The SNOMED CT concept, such as <c>82471001</c>; null where there is none.</param>
/// <param name="Colour">What viewers may show it in, as <c>#rrggbb</c> of sRGB; null where that does not matter.</param>
/// <param name="Components">How many of its largest connected components are the answer, 0 to 255: 2 for both kidneys, 0 for all; absent means 1.</param>
public sealed record Label(
    byte Value,
    string Name,
    string? SnomedCode = null,
    string? Colour = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Components = null)
{
    /// <summary>How many of its largest connected components are the answer; 0 for all.</summary>
    [JsonIgnore]
    public int KeptComponents => Components ?? 1;
}

/// <summary>The grid and intensities a network was trained on.</summary>
/// <param name="SpacingMm">Voxel edge lengths in millimetres along X, Y, Z of the model's orientation.</param>
/// <param name="Orientation">Anatomical directions of increasing X, Y, Z, such as <c>RAS</c>.</param>
/// <param name="Normalisation">How intensities are brought to one scale: <c>zscore</c>, <c>robust-zscore</c> or <c>ct-window</c>.</param>
/// <param name="WindowHu">With <c>ct-window</c> its lower and its upper end in Hounsfield units; absent with the others.</param>
public sealed record PreprocessingSpecification(
    IReadOnlyList<double> SpacingMm,
    string Orientation,
    Normalisation Normalisation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double>? WindowHu = null);

/// <summary>How intensities are brought to one scale. The z-scores are blind to a gain and an offset of the scanner; the window of CT, whose unit is absolute, is not.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Normalisation>))]
public enum Normalisation
{
    /// <summary>Mean 0 and standard deviation 1 over all voxels, as the paper does.</summary>
    [EnumMember(Value = "zscore")]
    [JsonStringEnumMemberName("zscore")]
    ZScore,

    /// <summary>Mean and standard deviation over the voxels left when padding and the darkest and brightest half per cent are set aside.</summary>
    [EnumMember(Value = "robust-zscore")]
    [JsonStringEnumMemberName("robust-zscore")]
    RobustZScore,

    /// <summary>Cut off below and above a window of Hounsfield units, which becomes −1 to 1: the same tissue is the same number in every scan, whatever else is in it.</summary>
    [EnumMember(Value = "ct-window")]
    [JsonStringEnumMemberName("ct-window")]
    CtWindow,
}

/// <summary>How the network is applied to a volume of the model's grid.</summary>
/// <param name="Patch">Window size in voxels along X, Y, Z; multiples of 16.</param>
/// <param name="Stride">Steps between windows in voxels along X, Y, Z; from 1 to the patch's size.</param>
/// <param name="ValidationDice">The mean Dice on the validation scans for each mode (<c>window</c>, <c>whole</c>, <c>whole-flips</c>) that was measured; empty where not measured.</param>
public sealed record InferenceSpecification(IReadOnlyList<int> Patch, IReadOnlyList<int> Stride, IReadOnlyDictionary<string, double> ValidationDice);

/// <summary>How a package's weights were made.</summary>
/// <param name="Method">The training method, such as <c>sassnet</c>.</param>
/// <param name="Labelled">Scans used with their labels.</param>
/// <param name="Unlabelled">Scans used without labels.</param>
/// <param name="Iterations">Training iterations run.</param>
/// <param name="Data">Which scans.</param>
/// <param name="Date">When training ended, UTC.</param>
/// <param name="Commit">The commit of the code that trained it.</param>
/// <param name="StartedFrom">The package whose weights training began with, as <c>name@version</c>; null where they were random.</param>
public sealed record TrainingProvenance(
    string Method, int Labelled, int Unlabelled, int Iterations, string Data, DateOnly Date, string Commit, string? StartedFrom = null);

/// <summary>What people must know of a model before they use it (Mitchell et al., Model Cards for Model Reporting, 2019); how it was made and how well it does stands beside it.</summary>
/// <param name="IntendedUse">What it is for: of whom, made how, by whom, to what end.</param>
/// <param name="NotFor">What it must not be used for.</param>
/// <param name="Data">Where the scans come from that it was trained on, and what is known of them.</param>
/// <param name="Licence">Under which terms the weights may be used.</param>
public sealed record ModelCard(string IntendedUse, string NotFor, string Data, string Licence);

/// <summary>What the scans were like that a network was trained on.</summary>
/// <param name="FieldOfViewMm">The extent of what was imaged, in millimetres along X, Y, Z of the model's orientation.</param>
/// <param name="VoxelSizeMm">The scans' own voxel edges, in millimetres along the same axes.</param>
/// <param name="VolumeMl">The volume of all labels together, in millilitres.</param>
/// <param name="LabelVolumesMl">The volume of each label, in the package's order; absent where there is one, whose volume is that of all.</param>
public sealed record TrainingRange(
    AxisExtremes FieldOfViewMm,
    AxisExtremes VoxelSizeMm,
    Extremes VolumeMl,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Extremes>? LabelVolumesMl = null)
{
    /// <summary>The volumes of the labels, in the package's order, in millilitres.</summary>
    internal IReadOnlyList<Extremes> VolumesOfLabels() => LabelVolumesMl ?? [VolumeMl];
}

/// <summary>The least and the greatest value along each axis.</summary>
/// <param name="Min">Along X, Y, Z; above 0.</param>
/// <param name="Max">Along X, Y, Z; at least the least.</param>
public sealed record AxisExtremes(IReadOnlyList<double> Min, IReadOnlyList<double> Max);

/// <summary>The least and the greatest value.</summary>
/// <param name="Min">Above 0.</param>
/// <param name="Max">At least the least.</param>
public sealed record Extremes(double Min, double Max);

/// <summary>Means over the cases of a validation set.</summary>
/// <param name="Set">Which scans, and how many.</param>
/// <param name="Dice">Mean Dice, 0 to 1.</param>
/// <param name="Jaccard">Mean Jaccard index, 0 to 1.</param>
/// <param name="Hd95">Mean 95 % Hausdorff distance, in voxels of the scan's own grid.</param>
/// <param name="Asd">Mean average surface distance, in voxels of the scan's own grid.</param>
public sealed record ValidationMetrics(string Set, double Dice, double Jaccard, double Hd95, double Asd);
