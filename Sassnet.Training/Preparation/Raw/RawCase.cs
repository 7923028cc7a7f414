using Sassnet.Training.Printing;

namespace Sassnet.Training.Preparation.Raw;

/// <summary>A case as it lies in the raw folder.</summary>
/// <param name="Name">The name of the image's file without extension, or of its folder.</param>
/// <param name="Image">The image: a file, or a folder with the DICOM files of one series; null where there is only a label.</param>
/// <param name="Label">The label, as a file, such a folder, or a folder of masks; null for an unlabelled scan.</param>
/// <param name="Fault">What is wrong with how it lies there; null where nothing is.</param>
public sealed record RawCase(string Name, string? Image, string? Label, string? Fault = null)
{
    /// <summary>The masks of structures that the label is made of; null for any other label.</summary>
    public IReadOnlyList<StructureMask>? Masks { get; init; }

    /// <summary>What is wrong with the name for a list file, which has a name a line and no white space around it; null where nothing is.</summary>
    public string? NameFault => Name.Any(char.IsControl) || Name.Trim() != Name
        ? $"The name '{PlainConsole.Shown(Name)}' cannot stand in a list file; accepted: no control characters, and no white space at either end. Rename it."
        : null;
}

/// <summary>What a raw folder has.</summary>
/// <param name="Layout">How it is laid out, in a few words.</param>
/// <param name="Cases">The cases, in the order of their names.</param>
/// <param name="Notes">What was left alone, and why.</param>
/// <param name="LabelNames">The foreground labels that the folder itself declares, by voxel value; empty where it declares none, or labels are masks.</param>
/// <param name="HasRegions">Whether some of them are regions that share a value, which then has the name of the first.</param>
public sealed record RawData(
    string Layout, IReadOnlyList<RawCase> Cases, IReadOnlyList<string> Notes, IReadOnlyDictionary<int, string> LabelNames, bool HasRegions = false)
{
    /// <summary>The values that the folder itself calls <c>ignore</c>: voxels that a training is to leave out; empty where it has none, or labels are masks.</summary>
    public IReadOnlyList<int> IgnoredValues { get; init; } = [];

    /// <summary>The structures that have masks, in the order of their names; empty where labels are no masks.</summary>
    public IReadOnlyList<string> MaskNames { get; init; } = [];

    /// <summary>Where labels are single files in folders and no masks: one that has several values, relative to the raw folder; null else.</summary>
    public string? WholeLabel { get; init; }
}
