using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;

namespace Sassnet.Training.Comparison;

/// <summary>
/// The labels that evaluations tell of. Several are compared by value, so each value has to be the same structure in all; and so has what is the only one, whatever
/// its value.
/// </summary>
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
        if (first.Labels.Count == 0)
            RequireOneStructure([.. evaluated.Where(one => one.Only is not null)]);
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
    private static void RequireOneStructure(IReadOnlyList<Told> named)
    {
        if (named.FirstOrDefault(one => !AreOneName(one.Only!.Name, named[0].Only!.Name)) is { } other)
        {
            throw new InvalidConfigurationException(
                $"'{named[0].Folder}' is an evaluation of {named[0].Listed()} and '{other.Folder}' of {other.Listed()}; accepted: evaluations of one structure, by the names in {PackageEvaluation.FileName}.");
        }
    }

    private static void RequireOneName(byte label, IReadOnlyList<Told> named)
    {
        if (named.FirstOrDefault(one => !AreOneName(one.NameOf(label)!, named[0].NameOf(label)!)) is { } other)
        {
            throw new InvalidConfigurationException(
                $"The label {label} is {named[0].NameOf(label)} in '{named[0].Folder}' and {other.NameOf(label)} in '{other.Folder}'; accepted: evaluations in which a value has one name. {OneByOne(named[0], label)}");
        }
    }

    private static bool AreOneName(string one, string other) => string.Equals(WithoutBlanks(one), WithoutBlanks(other), StringComparison.OrdinalIgnoreCase);

    private static string WithoutBlanks(string name) => string.Concat(name.Where(letter => !char.IsWhiteSpace(letter)));

    private static string OneByOne(Told evaluation, byte label) =>
        $"Single labels are compared by their folders, such as '{LabelFolder.Of(EvaluatedRun.EvaluationIn(evaluation.Folder), label)}'.";

    // Only is the single label's value and name, where they are told.
    private sealed record Told(string Folder, IReadOnlyList<byte> Labels, IReadOnlyList<LabelEvaluation> Measured, MeasuredLabel? Only)
    {
        public static Told Read(string folder)
        {
            var evaluation = EvaluatedRun.EvaluationIn(folder);
            var told = PackageEvaluation.Read(evaluation);
            return new Told(folder, LabelFolder.In(evaluation), told?.Labels ?? [], told is null ? OneOfSeveral(new DirectoryInfo(evaluation)) : told.Label);
        }

        public string? NameOf(byte label) => Measured.FirstOrDefault(one => one.Value == label)?.Name;

        public string Listed() => Labels.Count > 0 ? $"the labels {string.Join(", ", Labels.Select(label => NameOf(label) is { } name ? $"{label} ({name})" : $"{label}"))}"
            : Only is { } only ? $"the label {only.Value} ({only.Name})"
            : "one label";

        // The folder of one of several labels has figures alone: what these are of stands in the evaluation around it.
        private static MeasuredLabel? OneOfSeveral(DirectoryInfo folder) =>
            LabelFolder.LabelOf(folder.Name) is { } label && folder.Parent is { } around
            && PackageEvaluation.Read(around.FullName)?.Labels?.FirstOrDefault(one => one.Value == label)?.Name is { } name
                ? new MeasuredLabel(label, name)
                : null;
    }
}
