using System.Text.RegularExpressions;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Preparation;

/// <summary>What to make of a folder of raw scans.</summary>
public sealed record PreparationOptions
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The folder of raw scans; it is only read.</summary>
    public required string Input { get; init; }

    /// <summary>The data folder to make; absent, empty, or with nothing but an earlier report.</summary>
    public required string Output { get; init; }

    /// <summary>How the names of label files end where scans and labels share a folder; the first that fits counts.</summary>
    public IReadOnlyList<string> LabelSuffixes { get; init; } =
        ["_label", "_labels", "_seg", "_segmentation", "_mask", "_gt", "-label", "-labels", "-seg", "-segmentation", "-mask", "-gt"];

    /// <summary>The voxel values of labels that are one foreground, 1 to 255; empty for structures.</summary>
    public IReadOnlyList<int> Foreground { get; init; } = [];

    /// <summary>What is told from the background; empty for the one of <see cref="Foreground"/>, else for each label that the raw folder declares, each mask, or the value 1. Where labels are masks these choose them by name.</summary>
    public IReadOnlyList<LabelledStructure> Structures { get; init; } = [];

    /// <summary>Other values that may occur in labels, and count as background with 0.</summary>
    public IReadOnlyList<int> OtherLabels { get; init; } = [];

    /// <summary>A regular expression with one group that finds the patient's key in a case's name; null where each case is a patient, but for those of one PatientID (DICOM) or one subject (BIDS).</summary>
    public string? PatientPattern { get; init; }

    /// <summary>The share of labelled cases kept for validation; 0 to below 1.</summary>
    public double ValidationShare { get; init; } = 0.2;

    /// <summary>How many folds of a cross-validation to write besides; 0 for none, else 2 or more.</summary>
    public int Folds { get; init; }

    /// <summary>Seeds the choice of validation patients.</summary>
    public int Seed { get; init; } = 1337;

    /// <summary>Whether faulty cases are left out; else nothing is made when there is one.</summary>
    public bool SkipFaulty { get; init; }

    /// <summary>The folder of a model package to begin training with; null for random weights.</summary>
    public string? StartFrom { get; init; }

    /// <summary>Whether a few training steps are timed, so that the configuration suits this machine.</summary>
    public bool TimeTraining { get; init; } = true;

    /// <summary>The case whose name is the patient's key, by the names of cases of one PatientID or subject; none for all others, nor with <see cref="PatientPattern"/>.</summary>
    internal IReadOnlyDictionary<string, string> SamePatient { get; init; } = new Dictionary<string, string>();

    /// <summary>These options with the structures and the other labels settled by what the raw folder declares, or by its masks.</summary>
    /// <exception cref="InvalidConfigurationException">It declares labels that cannot be told apart, and none was chosen; or something was chosen that it does not have.</exception>
    internal PreparationOptions With(RawData raw)
    {
        if (raw.MaskNames.Count == 0)
            LabelledStructure.RequireValues(Structures, raw.WholeLabel);
        var structures = raw.MaskNames.Count > 0 ? ChosenMasks.Structures(this, raw.MaskNames)
            : Structures.Count > 0 ? Structures
            : Foreground.Count > 0 ? [new LabelledStructure(NameOf(Foreground, raw.LabelNames), [.. Foreground.Distinct()])]
            : Declared(raw);
        LabelledStructure.Check(structures);
        return this with { Structures = structures, OtherLabels = [.. OtherLabels.Union(raw.LabelNames.Keys).Except(structures.SelectMany(one => one.Values))] };
    }

    private static IReadOnlyList<LabelledStructure> Declared(RawData raw)
    {
        var declared = raw.LabelNames;
        if (raw.HasRegions)
            throw new InvalidConfigurationException($"{DatasetFile.FileName} declares the labels {string.Join(", ", declared.Select(label => $"{label.Key} ({label.Value})"))}, and some are regions that overlap; structures here do not. Say what each is made of, such as --structures \"{declared.First().Value}={declared.First().Key}\", or make one of them all, such as --foreground {string.Join(' ', declared.Keys)}.");
        if (declared.Values.Distinct().Count() is > ManifestRules.MostLabels and var many)
            throw new InvalidConfigurationException($"There are {many} structures; accepted: up to {ManifestRules.MostLabels}. Choose some by --structures, of {string.Join(' ', declared.Select(label => $"\"{label.Value}={label.Key}\""))}, or make one of them by --foreground.");
        return declared.Count == 0
            ? [new LabelledStructure(StructureOptions.Unnamed, [1])]
            : [.. declared.GroupBy(label => label.Value, label => label.Key).Select(values => new LabelledStructure(values.Key.Trim(), [.. values]))];
    }

    // Of many, all their names together are too long for a label.
    private static string NameOf(IReadOnlyList<int> values, IReadOnlyDictionary<int, string> names) =>
        string.Join(" and ", values.Where(names.ContainsKey).Select(value => names[value].Trim()).Distinct()) is var all && ManifestRules.IsLabelName(all) ? all : StructureOptions.Unnamed;

    /// <summary>The patient's key of a case.</summary>
    /// <exception cref="InvalidConfigurationException">The pattern does not match the name.</exception>
    internal string PatientOf(string name)
    {
        if (PatientPattern is null)
            return SamePatient.GetValueOrDefault(name, name);
        Match match;
        try
        {
            match = Regex.Match(name, PatientPattern, RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (RegexMatchTimeoutException fault)
        {
            throw new InvalidConfigurationException($"--patient-pattern '{PatientPattern}' takes longer than a second on the case name {name}; accepted: one without a repetition in a repetition.", fault);
        }

        return match.Success && match.Groups[1].Success
            ? match.Groups[1].Value
            : throw new InvalidConfigurationException($"--patient-pattern '{PatientPattern}' finds no patient in the case name {name}; accepted: a pattern that matches every name.");
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidConfigurationException">A value cannot be used; the message says what is accepted. Values of structures are checked with the raw folder: see <see cref="With"/>.</exception>
    internal void Check()
    {
        if (!(ValidationShare is >= 0 and < 1))
            throw new InvalidConfigurationException(FormattableString.Invariant($"--validation-share is {ValidationShare}; accepted: 0 up to, not including, 1."));
        if (Folds is < 0 or 1)
            throw new InvalidConfigurationException($"--folds is {Folds}; accepted: 0 (none), or 2 and more.");
        if (Foreground.Concat(OtherLabels).Any(value => value is < 1 or > 255))
            throw new InvalidConfigurationException($"--foreground is {string.Join(", ", Foreground)} and --other-labels {string.Join(", ", OtherLabels)}; accepted: values from 1 to 255.");
        if (Foreground.Count > 0 && Structures.Count > 0)
            throw new InvalidConfigurationException($"--foreground is {string.Join(", ", Foreground)} and --structures {string.Join(", ", Structures.Select(one => one.Name))}; accepted: one of the two.");
        LabelledStructure.CheckNames(Structures);
        if (LabelSuffixes.Any(string.IsNullOrEmpty))
            throw new InvalidConfigurationException("--label-suffix is empty; accepted: how the names of label files end, such as _label.");
        CheckPattern();
        if (Directory.Exists(Output) && Directory.EnumerateFileSystemEntries(Output).FirstOrDefault(entry => Path.GetFileName(entry) != OverviewPage.FileName) is { } entry)
            throw new InvalidConfigurationException($"The output folder '{Output}' is not empty: it has {Path.GetFileName(entry)}. Name a new one.");
    }

    private void CheckPattern()
    {
        if (PatientPattern is null)
            return;
        try
        {
            var groups = new Regex(PatientPattern, RegexOptions.CultureInvariant, PatternTimeout).GetGroupNumbers().Length - 1;
            if (groups != 1)
                throw new InvalidConfigurationException($"--patient-pattern '{PatientPattern}' has {groups} groups; accepted: one, around the patient's key.");
        }
        catch (ArgumentException fault)
        {
            throw new InvalidConfigurationException($"--patient-pattern '{PatientPattern}' is no regular expression: {fault.Message}", fault);
        }
    }
}
