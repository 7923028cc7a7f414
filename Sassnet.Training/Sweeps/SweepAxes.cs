using System.Globalization;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Sweeps;

/// <summary>What varies in a sweep. An axis without values keeps the configuration's.</summary>
/// <param name="Methods">The methods.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="Folds">How many folds; 0 for the configuration's own lists.</param>
/// <param name="Labels">How many scans are used with their labels; 0 is all.</param>
public sealed record SweepAxes(IReadOnlyList<MethodKind> Methods, IReadOnlyList<int> Seeds, int Folds, IReadOnlyList<int> Labels)
{
    /// <summary>Finds the method of a word.</summary>
    /// <exception cref="InvalidConfigurationException">There is none of that name.</exception>
    public static MethodKind Method(string word)
    {
        var methods = Enum.GetValues<MethodKind>();
        var found = Array.FindIndex(methods, method => method.Name() == word);
        return found >= 0
            ? methods[found]
            : throw new InvalidConfigurationException($"--methods has '{word}'; accepted: {string.Join(", ", methods.Select(method => method.Name()))}.");
    }

    /// <summary>Values that only some of the runs have; of two for the same key the later counts.</summary>
    public IReadOnlyList<SweepSetting> Settings { get; init; } = [];

    /// <summary>
    /// Every combination. Methods vary fastest, then folds, then seeds: what is finished first can be compared.
    /// </summary>
    /// <param name="options">The configuration that the runs share.</param>
    internal IReadOnlyList<SweepRun> Combine(TrainingOptions options)
    {
        var runs = new List<SweepRun>();
        foreach (var labels in Labels.DefaultIfEmpty(options.Data.LabelledCases))
        {
            foreach (var seed in Seeds.DefaultIfEmpty(options.Seed))
            {
                foreach (var fold in Folds > 0 ? Enumerable.Range(0, Folds).Select(fold => (int?)fold) : [null])
                {
                    foreach (var method in Methods.DefaultIfEmpty(options.Method))
                    {
                        var name = Name(method, labels, seed, fold);
                        runs.Add(new SweepRun(runs.Count, name, method.Name(), seed, fold, labels, $"configs/{name}.yaml"));
                    }
                }
            }
        }

        return runs;
    }

    /// <summary>Throws where a value is given twice, or what an axis is for is assigned as well.</summary>
    /// <param name="assignments">Each as <c>key.key=value</c>.</param>
    /// <exception cref="InvalidConfigurationException">Names the axis and the value.</exception>
    internal void Check(IReadOnlyCollection<string> assignments)
    {
        if (Folds < 0)
            throw new InvalidConfigurationException($"--folds is {Folds}; accepted: 0 (the configuration's own lists) or as many as the data folder has.");
        (string Axis, string[] Keys, IReadOnlyList<string> Values)[] axes =
        [
            ("--methods", ["method"], [.. Methods.Select(method => method.Name())]),
            ("--seeds", ["seed"], [.. Seeds.Select(seed => seed.ToString(CultureInfo.InvariantCulture))]),
            ("--folds", ["data.labelled", "data.unlabelled", "data.validation"], Folds > 0 ? [Folds.ToString(CultureInfo.InvariantCulture)] : []),
            ("--labels", ["data.labelledCases"], [.. Labels.Select(labels => labels.ToString(CultureInfo.InvariantCulture))]),
        ];
        foreach (var (axis, keys, values) in axes)
        {
            if (values.GroupBy(value => value).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new InvalidConfigurationException($"{axis} has {twice.Key} more than once; accepted: every value once.");
            if (values.Count > 0 && assignments.FirstOrDefault(assignment => keys.Contains(assignment.Split('=')[0])) is { } assigned)
                throw new InvalidConfigurationException($"--set {assigned} and {axis} {string.Join(' ', values)} contradict each other; accepted: one of them.");
        }

        // Runs are named and grouped by these.
        foreach (var (axis, keys, _) in axes.Where(axis => axis.Values.Count > 0 || axis.Keys.Length == 1))
        {
            if (Settings.FirstOrDefault(setting => keys.Contains(setting.Key)) is { } varied)
                throw new InvalidConfigurationException($"--set-where {varied} assigns what {axis} is for; accepted: any other key.");
        }
    }

    // Names say what was asked to vary, so that they are as short as they can be.
    private string Name(MethodKind method, int labels, int seed, int? fold) => string.Create(
        CultureInfo.InvariantCulture,
        $"{method.Name()}{(Labels.Count > 0 ? $"-labels{labels}" : "")}{(Seeds.Count > 0 ? $"-seed{seed}" : "")}{(fold is { } number ? $"-fold{number}" : "")}");
}
