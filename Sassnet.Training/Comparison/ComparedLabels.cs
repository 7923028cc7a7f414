using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;

namespace Sassnet.Training.Comparison;

/// <summary>The labels that evaluations tell of. They are compared by value, so each value has to be the same structure in all.</summary>
internal static class ComparedLabels
{
    /// <summary>The labels that all these evaluations have figures of, ascending; none where they are of one.</summary>
    /// <param name="folders">As <see cref="EvaluatedRun.OpenAll"/> takes them.</param>
    /// <exception cref="InvalidConfigurationException">They are of other labels, by value or, where an evaluation has it, by name.</exception>
    /// <exception cref="InvalidPackageException">An <c>evaluation.json</c> is damaged.</exception>
    public static IReadOnlyList<byte> Of(IReadOnlyList<string> folders)
    {
        var evaluated = folders.Select(Told.Read).ToList();
        var first = evaluated[0];
        foreach (var other in evaluated.Skip(1))
            RequireSameValues(first, other);
        foreach (var label in first.Labels)
            RequireOneName(label, [.. evaluated.Where(one => one.NameOf(label) is not null)]);
        return first.Labels;
    }

    private static void RequireSameValues(Told first, Told other)
    {
        if (!first.Labels.SequenceEqual(other.Labels))
        {
            var several = first.Labels.Count > 0 ? first : other;
            throw new InvalidConfigurationException(
                $"'{first.Folder}' is an evaluation of {first.Listed()} and '{other.Folder}' of {other.Listed()}; accepted: evaluations of the same labels. {OneByOne(several, several.Labels[0])}");
        }
    }

    // Of those that tell it: earlier versions did not.
    private static void RequireOneName(byte label, IReadOnlyList<Told> named)
    {
        if (named.FirstOrDefault(one => !string.Equals(one.NameOf(label), named[0].NameOf(label), StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw new InvalidConfigurationException(
                $"The label {label} is {named[0].NameOf(label)} in '{named[0].Folder}' and {other.NameOf(label)} in '{other.Folder}'; accepted: evaluations in which a value has one name. {OneByOne(named[0], label)}");
        }
    }

    private static string OneByOne(Told evaluation, byte label) =>
        $"Single labels are compared by their folders, such as '{LabelFolder.Of(EvaluatedRun.EvaluationIn(evaluation.Folder), label)}'.";

    private sealed record Told(string Folder, IReadOnlyList<byte> Labels, IReadOnlyList<LabelEvaluation> Measured)
    {
        public static Told Read(string folder)
        {
            var evaluation = EvaluatedRun.EvaluationIn(folder);
            return new Told(folder, LabelFolder.In(evaluation), PackageEvaluation.Read(evaluation)?.Labels ?? []);
        }

        public string? NameOf(byte label) => Measured.FirstOrDefault(one => one.Value == label)?.Name;

        public string Listed() => Labels.Count == 0 ? "one label" : $"the labels {string.Join(", ", Labels.Select(label => NameOf(label) is { } name ? $"{label} ({name})" : $"{label}"))}";
    }
}
