using Sassnet.Model.Packages;

namespace Sassnet.Training.Configuration;

/// <summary>What is accepted as several structures.</summary>
internal static class StructureRules
{
    /// <summary>All of them, in the order of the keys.</summary>
    public static IReadOnlyList<OptionRule> All { get; } =
    [
        new("labels", $"up to {ManifestRules.MostLabels}, or none for the one of 'label'", o => $"a list of {o.Labels.Length}", o => o.Labels.Length <= ManifestRules.MostLabels),
        new("label", "what it is where it is left out, since 'labels' takes its place", o => "set beside 'labels'", o => o.Labels.Length == 0 || o.Label.IsDefault),
        Each("labels[].value", "1 to 255, another one for each", one => one.Value, one => one.Value > 0, one => [one.Value]),
        Each("labels[].fileValues", "whole numbers other than 0, each of one structure alone", one => $"[{string.Join(", ", one.FileValues)}]", one => !one.FileValues.Contains(0), one => [.. one.Foreground.Distinct().Cast<object>()]),
        Each("labels[].name", $"{ManifestRules.AcceptedLabelName}, another one for each", one => $"'{one.Name}'", one => ManifestRules.IsLabelName(one.Name), one => [one.Name]),
        Each("labels[].snomedCode", $"{ManifestRules.AcceptedCode}; or empty", one => one.SnomedCode, one => one.SnomedCode.Length == 0 || ManifestRules.IsCode(one.SnomedCode), _ => []),
        Each("labels[].colour", $"{ManifestRules.AcceptedColour}, another one for each; or empty", one => one.Colour, one => one.Colour.Length == 0 || ManifestRules.IsColour(one.Colour), one => one.Colour.Length == 0 ? [] : [one.Colour.ToUpperInvariant()]),
        Each("labels[].components", ManifestRules.AcceptedComponents, one => one.Components, one => ManifestRules.IsComponents(one.Components), _ => []),
    ];

    // Holds where every structure's value is accepted by itself, and no two have the same.
    private static OptionRule Each(
        string key, string accepted, Func<StructureOptions, object> seen, Func<StructureOptions, bool> holds, Func<StructureOptions, IEnumerable<object>> own) =>
        new(key, accepted, options => seen(Wrong(options.Labels, holds, own)!), options => Wrong(options.Labels, holds, own) is null);

    private static StructureOptions? Wrong(StructureOptions[] all, Func<StructureOptions, bool> holds, Func<StructureOptions, IEnumerable<object>> own) => all
        .Where((one, index) => !holds(one) || all.Take(index).SelectMany(own).Intersect(own(one)).Any())
        .FirstOrDefault();
}
