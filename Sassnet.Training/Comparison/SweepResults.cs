using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Sweeps;

namespace Sassnet.Training.Comparison;

/// <summary>The methods of a sweep that were trained with one number of labels.</summary>
/// <param name="Labels">How many scans were used with their labels; 0 is all.</param>
/// <param name="Methods">
/// A method each, in the order of the sweep. A case's scores are means over its seeds: of a method's few trainings the comparison takes what they have in
/// common, and <see cref="EvaluatedRun.SeedDice"/> says how they differ.
/// </param>
public sealed record LabelGroup(int Labels, IReadOnlyList<EvaluatedRun> Methods);

/// <summary>What a sweep's runs came to, by number of labels and method, over seeds and folds.</summary>
/// <param name="Groups">Those with at least one seed that is done.</param>
/// <param name="Unfinished">The runs that are not, each with what it lacks; and the seeds that are left out for them.</param>
public sealed record SweepResults(IReadOnlyList<LabelGroup> Groups, IReadOnlyList<string> Unfinished)
{
    /// <summary>
    /// Reads the evaluations of a sweep. The folds of a seed are pooled, so that each case is there once; a seed of which a fold is not done is left out.
    /// </summary>
    /// <param name="progress">The sweep's runs.</param>
    /// <param name="label">Whose figures, of several labels; null for those over all.</param>
    /// <exception cref="InvalidConfigurationException">No seed of any method is done, or two were measured on other cases.</exception>
    public static SweepResults Read(SweepProgress progress, byte? label = null)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var unfinished = new List<string>();
        var groups = new List<LabelGroup>();
        foreach (var labels in progress.Sweep.Runs.GroupBy(run => run.Labels))
        {
            var methods = labels.GroupBy(run => run.Method).Select(method => Method(progress, method, label, unfinished)).OfType<EvaluatedRun>().ToList();
            foreach (var method in methods.Skip(1))
                EvaluatedRun.RequireSameCases(methods[0], method);
            if (methods.Count > 0)
                groups.Add(new LabelGroup(labels.Key, methods));
        }

        return groups.Count > 0 ? new SweepResults(groups, unfinished) : throw new InvalidConfigurationException(
            $"The sweep '{progress.Sweep.Folder}' has nothing to compare yet: {string.Join("; ", unfinished)}.");
    }

    // Null where no seed is done.
    private static EvaluatedRun? Method(SweepProgress progress, IGrouping<string, SweepRun> runs, byte? label, List<string> unfinished)
    {
        var seeds = new List<EvaluatedRun>();
        foreach (var seed in runs.GroupBy(run => run.Seed))
        {
            var lacking = seed.Select(run => (Run: run, What: progress.LackOf(run))).Where(run => run.What is not null).ToList();
            unfinished.AddRange(lacking.Select(run => $"{run.Run.Name}: {run.What}"));
            if (lacking.Count == 0)
                seeds.Add(EvaluatedRun.Of($"{runs.Key}, seed {seed.Key}", [.. seed.SelectMany(run => Scores(progress.EvaluationOf(run), label))]));
            else if (lacking.Count < seed.Count())
                unfinished.Add($"{runs.Key}, seed {seed.Key}: left out, since {lacking.Count} of its {seed.Count()} folds {(lacking.Count == 1 ? "is" : "are")} not done");
        }

        foreach (var seed in seeds.Skip(1))
            EvaluatedRun.RequireSameCases(seeds[0], seed);
        return seeds.Count > 0 ? EvaluatedRun.MeanOf(runs.Key, seeds) : null;
    }

    // A fold may have no scan with a label, and then it has no figures of it.
    private static IReadOnlyList<CaseScore> Scores(string evaluation, byte? label) =>
        label is { } value && LabelFolder.In(evaluation) is [_, ..] measured && !measured.Contains(value) ? [] : CaseTable.Read(LabelFolder.Of(evaluation, label));
}
