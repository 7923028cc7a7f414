using System.Globalization;
using System.Text.Json;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training.Preparation;

/// <summary>A configuration to start with: a grid that suits the scans and this machine, a rate that suits any number of iterations, and the paper's settings for the rest.</summary>
internal static class StarterConfiguration
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "config.yaml";

    /// <summary>The method that suits a split.</summary>
    public static MethodKind Method(PatientSplit split) => split.Unlabelled.Count > 0 ? MethodKind.Sassnet : MethodKind.VNetSdm;

    /// <summary>The file's text.</summary>
    /// <param name="options">What was asked for, the structures settled.</param>
    /// <param name="split">Which cases are used for what.</param>
    /// <param name="fit">The grid, the crops and the time they take.</param>
    /// <param name="statistics">The scans.</param>
    /// <param name="seldom">The structure that crops which lie anywhere meet too seldom; null for none.</param>
    /// <param name="components">How many connected components each structure has as a rule; 0 for one that has no such number.</param>
    public static string Text(PreparationOptions options, PatientSplit split, MachineFit fit, DataStatistics statistics, SeldomMet? seldom, IReadOnlyList<int> components)
    {
        var (plan, semiSupervised) = (fit.Plan, Method(split).UsesUnlabelled());
        string[] lines =
        [
            "# A configuration to start with, made from the scans. Every key left out has the paper's value; change what you know better.",
            .. fit.Duration is { } duration ? [$"# The training takes about {Length(duration)} on this machine ({Seconds(fit)} an iteration{Validations(fit)}; {fit.Basis})."] : Array.Empty<string>(),
            $"# A training holds all scans in memory at once: about {ScanMemory.Shown(plan.BytesOfScans)} at this spacingMm.",
            .. fit.Warnings.Select(warning => $"# WARNING {warning}"),
            "name: my-model",
            "version: 0.1.0",
            semiSupervised ? "method: sassnet" : "method: vnet-sdm  # there are no unlabelled scans; with some, sassnet, w2s or bcp",
            .. options.Structures is [var only] ? Label(only, components[0]) : ["labels:", .. options.Structures.SelectMany((one, index) => Item(one, components[index]))],
            $"iterations: {plan.Iterations}",
            "data:",
            "  folder: .  # where this file lies",
            "  labelled: labelled.list",
            .. semiSupervised ? ["  unlabelled: unlabelled.list"] : Array.Empty<string>(),
            .. split.Validation.Count > 0 ? ["  validation: validation.list"] : Array.Empty<string>(),
            "preprocessing:",
            $"  spacingMm: {List(plan.Preprocessing.SpacingMm)}  # {Spacing(options, fit, statistics)}",
            $"  orientation: {plan.Preprocessing.Orientation}",
            $"  normalisation: {OptionTypes.Word(plan.Preprocessing.Normalisation)}",
            .. plan.Preprocessing.WindowHu is { } window ? [$"  windowHu: {List(window)}"] : Array.Empty<string>(),
            .. options.StartFrom is { } package ? Start(package, plan, semiSupervised) : [],
            "optimizer:",
            "  schedule: polynomial  # the rate falls to the end, however many iterations there are; the paper's falls after each 2500",
            "crops:",
            $"  sizes: [{List(plan.Crop)}]",
            .. seldom is not null ? [Foreground(seldom)] : Array.Empty<string>(),
            .. Augmentation(options, plan),
            "window:",
            $"  patch: {List(plan.Crop)}",
            $"  stride: {List([.. plan.Crop.Select(side => side / 2)])}",
        ];
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>A length of time, in the unit that it is thought of.</summary>
    public static string Length(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:F0} h")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, time.TotalMinutes):F0} min");

    /// <summary>The seconds of an iteration, as they are shown.</summary>
    public static string Seconds(MachineFit fit) => string.Create(CultureInfo.InvariantCulture, $"{fit.SecondsPerIteration:G2} s");

    /// <summary>The validations on the way and their share of the training's time, as they are shown; empty where there are none.</summary>
    public static string Validations(MachineFit fit) => fit.Plan.Validations == 0 ? ""
        : FormattableString.Invariant($", and {Counted.Of(fit.Plan.Validations, "validation")}, {fit.IterationsOfValidations / (fit.Plan.Iterations + fit.IterationsOfValidations):P0} of the time");

    private static string Spacing(PreparationOptions options, MachineFit fit, DataStatistics statistics) =>
        options.StartFrom is not null ? "the package's"
        : fit.Coarser is { } why ? $"the scans have {List(statistics.ProposedSpacingMm)}; at that {why}"
        : "the median of the scans; coarser is faster, and often as good";

    // The ramp of left-atrium 0.3's second half, which began with weights that were good already.
    private static string[] Start(string package, TrainingPlan plan, bool semiSupervised) =>
    [
        "network:",
        $"  filters: {plan.Filters}",
        $"  startFrom: {JsonSerializer.Serialize(Path.GetFullPath(package))}",
        .. semiSupervised ? ["loss:", "  rampupInterval: 30"] : Array.Empty<string>(),
    ];

    private static string Foreground(SeldomMet seldom) => FormattableString.Invariant(
        $"  foreground: {SeldomMet.Foreground}  # a third of the labelled crops hold a structure: of those that lie anywhere {seldom.Share:P0} at the most meet {JsonSerializer.Serialize(seldom.Name)}");

    private static string[] Augmentation(PreparationOptions options, TrainingPlan plan)
    {
        List<string> lines = [];
        if (!GridFit.CanTurn(plan.Preprocessing.SpacingMm))
            lines.Add("  rotate90: false  # the voxels are longer along one of the first two axes than along the other");
        IReadOnlyList<string> names = [.. options.Structures.Select(one => one.Name)];
        if (MirrorFit.Pairs(names) is [var (first, second), ..])
            lines.Add($"  flip: false  # a mirrored {JsonSerializer.Serialize(first)} looks like {JsonSerializer.Serialize(second)}: their names differ in the side alone");
        else if (MirrorFit.Alone(names) is [var alone, ..])
            lines.Add($"  flip: false  # the organ of the other side, which is background, looks like {JsonSerializer.Serialize(alone)} in a mirrored crop");
        return lines.Count == 0 ? [] : ["augmentation:", .. lines];
    }

    // Of one structure alone several values of a file become its value 1.
    private static IEnumerable<string> Label(LabelledStructure only, int components) =>
    [
        "label:",
        .. only.Values.Count == 1 ? [$"  value: {only.Values[0]}"] : (string[])["  value: 1", $"  fileValues: {List(only.Values)}"],
        $"  name: {JsonSerializer.Serialize(only.Name)}",
        "  snomedCode: \"\"",
        .. Components(components).Select(line => $"  {line}"),
    ];

    // Of several each keeps its first value, which no other has.
    private static IEnumerable<string> Item(LabelledStructure one, int components) =>
    [
        $"  - value: {one.Values[0]}",
        .. one.Values.Count == 1 ? [] : (string[])[$"    fileValues: {List(one.Values)}"],
        $"    name: {JsonSerializer.Serialize(one.Name)}",
        "    snomedCode: \"\"",
        .. Components(components).Select(line => $"    {line}"),
    ];

    // One is what is kept without a word.
    private static string[] Components(int count) => count switch
    {
        1 => [],
        0 => ["components: 0  # answers keep all that is found: in the labels the pieces are many, or as many as the patient has"],
        _ => [$"components: {count}  # answers keep the {count} largest pieces: in the labels it has as many"],
    };

    private static string List<T>(IReadOnlyList<T> values) => $"[{string.Join(", ", values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)))}]";
}
