using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Comparison;

/// <summary>An evaluation that was written to a folder, or the mean of several, case by case.</summary>
/// <param name="Name">What the comparison calls it.</param>
/// <param name="Scores">Its cases, in the order of their names.</param>
public sealed record EvaluatedRun(string Name, IReadOnlyList<CaseScore> Scores)
{
    /// <summary>The largest component's Dice of each case.</summary>
    public double[] Dice => [.. Scores.Select(score => score.Largest.Dice)];

    /// <summary>The mean Dice of each seed whose scores were averaged; empty for an evaluation by itself.</summary>
    public IReadOnlyList<double> SeedDice { get; init; } = [];

    /// <summary>Reads evaluations of the same cases.</summary>
    /// <param name="folders">
    /// Folders with a <c>cases.csv</c>, or run folders with such a folder <c>evaluation</c> in them. A run is named by its folder; where two have one name, by
    /// the path as given.
    /// </param>
    /// <param name="label">Whose figures, of several labels; null for those over all.</param>
    /// <exception cref="InvalidConfigurationException">Fewer than two, a folder without an evaluation, one that is given twice, also by its run, a run that has gone on since it was measured, or other cases than the first's.</exception>
    public static IReadOnlyList<EvaluatedRun> OpenAll(IReadOnlyList<string> folders, byte? label = null)
    {
        ArgumentNullException.ThrowIfNull(folders);
        if (folders.Count < 2)
            throw new InvalidConfigurationException($"A comparison takes two evaluations or more; got {folders.Count}.");
        if (folders.GroupBy(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(EvaluationIn(folder)))).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidConfigurationException($"The evaluation '{twice.Key}' is given more than once: {string.Join(", ", twice.Select(folder => $"'{folder}'"))}.");
        foreach (var folder in folders.Where(folder => EvaluationIn(folder) != folder))
            RunLack.RequireNone(folder);
        var names = folders.Select(NameOf).ToList();
        var runs = folders.Select((folder, i) => Of(names.Count(name => name == names[i]) > 1 ? folder : names[i], CaseTable.Read(LabelFolder.Of(EvaluationIn(folder), label)))).ToList();
        foreach (var run in runs.Skip(1))
            RequireSameCases(runs[0], run);
        return runs;
    }

    /// <summary>An evaluation of cases in any order.</summary>
    /// <exception cref="InvalidConfigurationException">A case is there twice.</exception>
    internal static EvaluatedRun Of(string name, IReadOnlyCollection<CaseScore> scores) =>
        scores.GroupBy(score => score.Case).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new InvalidConfigurationException($"{name} was evaluated on the case {twice.Key} more than once.")
            : new EvaluatedRun(name, [.. scores.OrderBy(score => score.Case, StringComparer.Ordinal)]);

    /// <summary>The mean of evaluations of the same cases, case by case.</summary>
    /// <param name="name">What the comparison calls it.</param>
    /// <param name="seeds">One per seed, at least one.</param>
    internal static EvaluatedRun MeanOf(string name, IReadOnlyList<EvaluatedRun> seeds) =>
        new(name, [.. seeds[0].Scores.Select((_, i) => CaseScore.MeanOf([.. seeds.Select(seed => seed.Scores[i])]))])
        {
            SeedDice = [.. seeds.Select(seed => seed.Dice.Average())],
        };

    /// <summary>Throws where another evaluation is not of the same cases.</summary>
    /// <exception cref="InvalidConfigurationException">Names those that differ.</exception>
    internal static void RequireSameCases(EvaluatedRun first, EvaluatedRun other)
    {
        var (expected, seen) = (first.Scores.Select(score => score.Case), other.Scores.Select(score => score.Case));
        var (missing, added) = (expected.Except(seen).ToList(), seen.Except(expected).ToList());
        if (missing.Count + added.Count > 0)
        {
            throw new InvalidConfigurationException(
                $"The runs were not evaluated on the same cases: {other.Name} lacks {Named(missing)} of {first.Name}, and has {Named(added)} that {first.Name} has not.");
        }
    }

    private static string NameOf(string folder)
    {
        var path = new DirectoryInfo(folder);
        return path.Name == RunFolder.EvaluationName && path.Parent is { } parent ? parent.Name : path.Name;
    }

    /// <summary>Where the evaluation is that a folder stands for: itself, or a run's.</summary>
    internal static string EvaluationIn(string folder)
    {
        var within = Path.Combine(folder, RunFolder.EvaluationName);
        return File.Exists(Path.Combine(folder, CaseTable.FileName)) || !Directory.Exists(within) ? folder : within;
    }

    private static string Named(List<string> cases) => cases.Count == 0 ? "none" : string.Join(", ", cases);
}
