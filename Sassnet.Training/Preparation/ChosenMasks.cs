using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Preparation;

/// <summary>Where labels are masks: what structures they are, and which of them are read. Names choose them, never numbers: values are only what the label made of them gets.</summary>
internal static class ChosenMasks
{
    /// <summary>The structures with the masks that each is, and the values 1 and on in their order.</summary>
    /// <param name="options">What was asked for; each mask is a structure where nothing was.</param>
    /// <param name="masks">The names of all masks; at least one.</param>
    /// <exception cref="InvalidConfigurationException">Values were asked for, or a mask that is not there or of two structures, or there are too many to take all.</exception>
    public static IReadOnlyList<LabelledStructure> Structures(PreparationOptions options, IReadOnlyList<string> masks)
    {
        var several = $"\"NAME={string.Join(',', masks.Take(2))}\"";
        if (options.Foreground.Count + options.OtherLabels.Count > 0)
            throw new InvalidConfigurationException($"{(options.Foreground.Count > 0 ? $"--foreground is {string.Join(", ", options.Foreground)}" : $"--other-labels is {string.Join(", ", options.OtherLabels)}")}, and the labels are masks, which are chosen by their names and not by values; accepted: --structures with names of masks, several as one structure as in {several}. {All()}");
        if (options.Structures.Count == 0 && masks.Count > ManifestRules.MostLabels)
            throw new InvalidConfigurationException($"There are {masks.Count} structures; accepted: up to {ManifestRules.MostLabels}. Choose some by --structures, of {string.Join(' ', masks.Select(name => $"\"{name}\""))}, or make one of several, as in {several}.");
        IReadOnlyList<LabelledStructure> chosen = options.Structures.Count > 0 ? options.Structures : [.. masks.Select(name => new LabelledStructure(name, []) { Masks = [name] })];
        foreach (var one in chosen)
        {
            if ((one.Masks.Count > 0 ? one.Masks.FirstOrDefault(name => !masks.Contains(name, StringComparer.OrdinalIgnoreCase)) : one.Shown) is { } unknown)
                throw new InvalidConfigurationException($"--structures asks for the mask '{unknown}', and there is none of that name. The labels are masks, which are chosen by their names and not by values; accepted: \"{masks[0]}\", or several as one structure, as in {several}. {All()}");
        }

        if (chosen.SelectMany(one => one.Masks).CountBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(count => count.Value > 1) is { Key: { } twice })
            throw new InvalidConfigurationException($"The mask {twice} is of two structures; accepted: of one, since a voxel has one value.");
        return [.. chosen.Select((one, index) => one with { Values = [index + 1] })];

        string All() => $"The masks are {string.Join(", ", masks)}.";
    }

    /// <summary>A raw folder whose cases have the masks of structures that were chosen, and no others. Those of one structure have one value, so that they may overlap.</summary>
    /// <param name="raw">The folder.</param>
    /// <param name="structures">What is told from the background.</param>
    public static RawData Of(RawData raw, IReadOnlyList<LabelledStructure> structures)
    {
        if (raw.MaskNames.Count == 0)
            return raw;
        var values = structures.SelectMany(one => one.Masks.Select(name => (Name: name, Value: one.Values[0]))).ToDictionary(mask => mask.Name, mask => mask.Value, StringComparer.OrdinalIgnoreCase);
        return raw with { Cases = [.. raw.Cases.Select(Chosen)] };

        RawCase Chosen(RawCase one) => one.Masks is not { } masks ? one : one with
        {
            Masks = [.. masks.Where(mask => values.ContainsKey(mask.Name)).Select(mask => mask with { Value = values[mask.Name] })],
        };
    }
}
