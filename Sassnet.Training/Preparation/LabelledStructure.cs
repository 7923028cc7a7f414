using System.Globalization;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Preparation;

/// <summary>What is to be told from the background.</summary>
/// <param name="Name">What it is, such as <c>left ventricle</c>.</param>
/// <param name="Values">The values of label files that are it, 1 to 255, all together.</param>
public sealed record LabelledStructure(string Name, IReadOnlyList<int> Values)
{
    /// <summary>Its values as people read them.</summary>
    public string Shown => string.Join(" or ", Values);

    /// <summary>Reads <c>NAME=VALUE</c>, or several values between commas.</summary>
    /// <exception cref="InvalidConfigurationException">It is something else.</exception>
    public static LabelledStructure Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('=');
        var values = parts[^1].Split(',').Select(value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).Distinct().ToArray();
        return parts.Length == 2 && values.All(value => value > 0)
            ? new LabelledStructure(parts[0].Trim(), values)
            : throw new InvalidConfigurationException($"--structures has '{text}'; accepted: NAME=VALUE, such as \"left atrium=1\", or several values, \"heart=1,2\".");
    }

    /// <summary>Several as the labels of a package that is trained to find them: each has the colour there that it is drawn in before.</summary>
    internal static IReadOnlyList<Label> AsLabels(IReadOnlyList<LabelledStructure> all) =>
        PackageLabels.Of([.. all.Select(one => new StructureOptions { Value = (byte)one.Values[0], Name = one.Name })]);

    /// <summary>Checks several that are told apart.</summary>
    /// <exception cref="InvalidConfigurationException">A name or a value cannot be used, or is there twice.</exception>
    internal static void Check(IReadOnlyList<LabelledStructure> all)
    {
        if (all.Count > ManifestRules.MostLabels)
            throw new InvalidConfigurationException($"There are {all.Count} structures; accepted: up to {ManifestRules.MostLabels}. Choose some by --structures, or make one of them by --foreground.");
        if (all.FirstOrDefault(one => !ManifestRules.IsLabelName(one.Name)) is { } unnamed)
            throw new InvalidConfigurationException($"A structure's name is '{unnamed.Name}'; accepted: {ManifestRules.AcceptedLabelName}.");
        if (all.FirstOrDefault(one => one.Values.Any(value => value is < 1 or > byte.MaxValue)) is { } strange)
            throw new InvalidConfigurationException($"The structure {strange.Name} has the value {strange.Values.First(value => value is < 1 or > byte.MaxValue)}; accepted: 1 to {byte.MaxValue}.");
        if (all.CountBy(one => one.Name).FirstOrDefault(count => count.Value > 1) is { Key: { } name })
            throw new InvalidConfigurationException($"Two structures are called {name}; accepted: a name for each. Values of one structure stand together, as in \"{name}=1,2\".");
        if (all.SelectMany(one => one.Values).CountBy(value => value).FirstOrDefault(count => count.Value > 1) is { Value: > 1, Key: var twice })
            throw new InvalidConfigurationException($"The value {twice} is of two structures; accepted: of one, since a voxel has one value.");
    }
}
