using System.Globalization;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Evaluation;

/// <summary>
/// Which voxel values of label files are which label of a package. Label files keep the values that they came with: what a configuration calls
/// <c>fileValues</c> is not in the package, and so has to be said once more where the package is measured.
/// </summary>
internal static class LabelFileValues
{
    /// <summary>What <c>--label-values</c> accepts.</summary>
    public const string Accepted = "VALUE=FILE,FILE for a label, such as 1=1,3 2=2, or, of a package with one label, the values alone";

    /// <summary>The package's labels, each with its values in files.</summary>
    /// <param name="package">The package.</param>
    /// <param name="given">What was said; a label that is not named has the value that it has in the package's answers.</param>
    /// <exception cref="InvalidConfigurationException">Not as accepted, a label that the package has not or that is named twice, 0, or a value that would be of two labels.</exception>
    public static IReadOnlyList<EvaluatedLabel> Of(ModelPackage package, IReadOnlyList<string> given)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(given);
        var values = package.Manifest.Labels.Select(label => label.Value).ToList();
        var said = values.Count == 1 && given.All(word => !word.Contains('='))
            ? given.Count == 0 ? [] : new Dictionary<byte, int[]> { [values[0]] = [.. given.Select(word => FileValue(word, word))] }
            : ByLabel(package, values, given);
        IReadOnlyList<EvaluatedLabel> labels = [.. values.Select(value => new EvaluatedLabel(value, said.GetValueOrDefault(value) ?? [value]))];
        return labels.SelectMany(label => label.FileValues.Distinct()).GroupBy(value => value).FirstOrDefault(group => group.Count() > 1) is { } shared
            ? throw new InvalidConfigurationException(
                $"The value {shared.Key} of label files would be of the labels {string.Join(" and ", labels.Where(label => label.FileValues.Contains(shared.Key)).Select(label => label.Value))}; accepted: each value for one label. --label-values says which: {Accepted}.")
            : labels;
    }

    private static Dictionary<byte, int[]> ByLabel(ModelPackage package, List<byte> values, IReadOnlyList<string> given)
    {
        var said = new Dictionary<byte, int[]>();
        foreach (var word in given)
        {
            if (word.Split('=') is not [var label, var files])
                throw new InvalidConfigurationException($"--label-values is '{word}'; accepted: {Accepted}.");
            if (!byte.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || !values.Contains(value))
                throw new InvalidConfigurationException($"--label-values is '{word}'; accepted before '=': a label of {package.Identifier}, {string.Join(" or ", values)}.");
            if (!said.TryAdd(value, [.. files.Split(',').Select(file => FileValue(file, word))]))
                throw new InvalidConfigurationException($"--label-values names the label {value} more than once; accepted: all its values together, {Accepted}.");
        }

        return said;
    }

    private static int FileValue(string text, string word) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value != 0
            ? value
            : throw new InvalidConfigurationException($"--label-values is '{word}', with '{text}' as a value of label files; accepted: a whole number other than 0.");
}
