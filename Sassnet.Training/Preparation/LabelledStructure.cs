using System.Globalization;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Preparation;

/// <summary>What is to be told from the background.</summary>
/// <param name="Name">What it is, such as <c>left ventricle</c>.</param>
/// <param name="Values">The values of label files that are it, 1 to 255, all together; empty where names of masks were given.</param>
public sealed record LabelledStructure(string Name, IReadOnlyList<int> Values)
{
    private const string Accepted = "NAME=VALUE, such as \"left atrium=1\", or several values, \"heart=1,2\"";

    /// <summary>Where labels are masks: the names of those that are it, all together, however these are capitalised.</summary>
    public IReadOnlyList<string> Masks { get; init; } = [];

    /// <summary>Its values as people read them.</summary>
    public string Shown => string.Join(" or ", Values);

    /// <summary>Reads <c>NAME=VALUE</c> or <c>NAME=MASK</c>, or several of these between commas, or the name of a mask alone. Which it is the labels say: a mask may be called as a number is written.</summary>
    /// <exception cref="InvalidConfigurationException">It is something else.</exception>
    public static LabelledStructure Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('=');
        string[] made = parts.Length == 1 ? [text.Trim()] : [.. parts[^1].Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (parts.Length > 2 || made.Contains(""))
            throw new InvalidConfigurationException($"--structures has '{text}'; accepted: {Accepted}; where labels are masks the name of one, \"liver\", or of several, \"kidneys=left kidney,right kidney\".");
        int[] values = [.. made.Select(value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).Distinct()];
        return new LabelledStructure(parts[0].Trim(), parts.Length == 2 && values.All(value => value > 0) ? values : []) { Masks = made };
    }

    /// <summary>Checks that each has values, as it needs where labels are no masks.</summary>
    /// <param name="all">All that are told apart.</param>
    /// <param name="whole">Where labels are single files in folders: one by which they are no masks.</param>
    /// <exception cref="InvalidConfigurationException">One has none.</exception>
    internal static void RequireValues(IReadOnlyList<LabelledStructure> all, string? whole)
    {
        if (all.FirstOrDefault(one => one.Values.Count == 0) is not { } named)
            return;
        var text = named.Masks is [var only] && only == named.Name ? only : $"{named.Name}={string.Join(',', named.Masks)}";
        throw new InvalidConfigurationException($"--structures has '{text}'; accepted: {Accepted}. Names alone choose masks, and {(whole is null ? "no scan's label is a folder of masks" : $"the single files in the labels' folders are none: half of them or more have several values, such as {whole}")}.");
    }

    /// <summary>Several as the labels of a package that is trained to find them: each has the colour there that it is drawn in before.</summary>
    internal static IReadOnlyList<Label> AsLabels(IReadOnlyList<LabelledStructure> all) =>
        PackageLabels.Of([.. all.Select(one => new StructureOptions { Value = (byte)one.Values[0], Name = one.Name })]);

    /// <summary>Checks several that are told apart, once it is known that their values are those of labels.</summary>
    /// <exception cref="InvalidConfigurationException">A name or a value cannot be used, or is there twice.</exception>
    internal static void Check(IReadOnlyList<LabelledStructure> all)
    {
        CheckNames(all);
        if (all.FirstOrDefault(one => one.Values.Any(value => value is < 1 or > byte.MaxValue)) is { } strange)
            throw new InvalidConfigurationException($"The structure {strange.Name} has the value {strange.Values.First(value => value is < 1 or > byte.MaxValue)}; accepted: 1 to {byte.MaxValue}.");
        if (all.SelectMany(one => one.Values).CountBy(value => value).FirstOrDefault(count => count.Value > 1) is { Value: > 1, Key: var twice })
            throw new InvalidConfigurationException($"The value {twice} is of two structures; accepted: of one, since a voxel has one value.");
    }

    /// <summary>Checks how many there are and what they are called; what looks like a value may be the name of a mask.</summary>
    /// <exception cref="InvalidConfigurationException">There are too many, or a name cannot be used, or is there twice.</exception>
    internal static void CheckNames(IReadOnlyList<LabelledStructure> all)
    {
        if (all.Count > ManifestRules.MostLabels)
            throw new InvalidConfigurationException($"There are {all.Count} structures; accepted: up to {ManifestRules.MostLabels}. Choose some by --structures, where several can be one.");
        if (all.FirstOrDefault(one => !ManifestRules.IsLabelName(one.Name)) is { } unnamed)
            throw new InvalidConfigurationException($"A structure's name is '{unnamed.Name}'; accepted: {ManifestRules.AcceptedLabelName}.");
        if (all.CountBy(one => one.Name).FirstOrDefault(count => count.Value > 1) is { Key: { } name })
            throw new InvalidConfigurationException($"Two structures are called {name}; accepted: a name for each. What is one structure stands together, as in \"{name}=1,2\", or where labels are masks with their names.");
    }
}
