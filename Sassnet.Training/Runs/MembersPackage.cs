using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using static TorchSharp.torch;

namespace Sassnet.Training.Runs;

/// <summary>Makes one model package of several runs, such as those of a cross-validation's folds, whose maps are averaged at inference.</summary>
internal static class MembersPackage
{
    /// <summary>Writes the package, with float16 weights of each run's newest checkpoint.</summary>
    /// <param name="runs">The runs; the first one's configuration names and describes the package, and what is said of its training is of all.</param>
    /// <param name="folder">The package's folder.</param>
    /// <exception cref="InvalidConfigurationException">There is one only, one is given twice, one has no checkpoint, or two differ in what a package has once.</exception>
    public static ModelPackage Write(IReadOnlyList<RunFolder> runs, string folder)
    {
        if (runs.Count < 2 || runs.Select(run => Path.GetFullPath(run.Path)).Distinct().Count() < runs.Count)
            throw new InvalidConfigurationException($"--members are {string.Join(", ", runs.Select(run => run.Path))}; accepted: two runs or more, all different.");
        var networks = new List<VNet>();
        try
        {
            var manifests = new List<ModelManifest>();
            foreach (var run in runs)
            {
                var checkpoint = run.LatestCheckpoint() ?? throw new InvalidConfigurationException($"The run '{run.Path}' has no checkpoint yet.");
                var (network, manifest) = RunPackage.Load(run, new FileInfo(checkpoint));
                networks.Add(network);
                RequireSame(runs[0], manifests.FirstOrDefault() ?? manifest, run, manifest);
                manifests.Add(manifest);
            }

            return ModelPackage.Write(folder, networks, manifests[0] with { Training = Training(manifests), Range = Range(manifests) }, ScalarType.Float16);
        }
        finally
        {
            networks.ForEach(network => network.Dispose());
        }
    }

    /// <summary>What is to be said of the runs that have not come to their end: each of them counts as much as a finished one.</summary>
    /// <param name="runs">Runs with a checkpoint.</param>
    public static IEnumerable<string> Warnings(IEnumerable<RunFolder> runs) =>
        from run in runs
        let done = run.IterationsDone()
        let all = TrainingOptionsFile.Read(run.ConfigFile).Iterations
        where done < all
        select $"The run '{run.Path}' has done {done} of its {Counted.Of(all, "iteration")}, and counts as much as a finished one. See that it is meant.";

    /// <summary>
    /// Which scans that a run was validated with another has learned from, by their names, as those of a cross-validation's folds: measured on them the package
    /// would seem better than it is. Null where there are none, or the runs do not say.
    /// </summary>
    /// <param name="runs">The runs.</param>
    /// <exception cref="InvalidConfigurationException">A run's note of its scans is damaged.</exception>
    public static string? Learned(IEnumerable<RunFolder> runs)
    {
        List<RunScans> scans = [.. runs.Select(RunScans.Of).OfType<RunScans>()];
        var learned = scans.SelectMany(run => run.Labelled.Concat(run.Unlabelled)).ToHashSet();
        List<string> both = [.. scans.SelectMany(run => run.Validation).Distinct().Where(learned.Contains)];
        return both.Count == 0
            ? null
            : $"Of the scans that the runs were validated with, others of them have learned from {both.Count} ({FirstFew.Of(both)}): measured on these the package would seem better than it is. Measure it on scans that no run has learned from.";
    }

    private static void RequireSame(RunFolder firstRun, ModelManifest first, RunFolder run, ModelManifest manifest)
    {
        var other = first.Architecture != manifest.Architecture ? ("network", $"{first.Architecture}", $"{manifest.Architecture}")
            : !first.Labels.SequenceEqual(manifest.Labels) ? ("label", string.Join(", ", first.Labels), string.Join(", ", manifest.Labels))
            : Shown(first.Preprocessing) != Shown(manifest.Preprocessing) ? ("preprocessing", Shown(first.Preprocessing), Shown(manifest.Preprocessing))
            : Shown(first.Inference) != Shown(manifest.Inference) ? ("window", Shown(first.Inference), Shown(manifest.Inference))
            : default((string Key, string First, string Own)?);
        if (other is { } difference)
            throw new InvalidConfigurationException($"'{difference.Key}' is {difference.Own} in '{run.Path}' and {difference.First} in '{firstRun.Path}'; accepted: the same in all members.");
    }

    private static string Shown(PreprocessingSpecification one) => $"{string.Join(" x ", one.SpacingMm)} mm, {one.Orientation}, {one.Normalisation}{(one.WindowHu is { } window ? $" {string.Join(" to ", window)}" : "")}";

    private static string Shown(InferenceSpecification one) => $"{string.Join(" x ", one.Patch)} with steps of {string.Join(" x ", one.Stride)}";

    // Folds share scans: the counts are of the member that saw most, and not their sum. What members differ in is said of all.
    private static TrainingProvenance Training(List<ModelManifest> members) => members[0].Training with
    {
        Method = Said(members, training => training.Method)!,
        Data = Said(members, training => training.Data)!,
        Commit = Said(members, training => training.Commit)!,
        StartedFrom = Said(members, training => training.StartedFrom),
        Labelled = members.Max(member => member.Training.Labelled),
        Unlabelled = members.Max(member => member.Training.Unlabelled),
        Iterations = members.Max(member => member.Training.Iterations),
        Date = members.Max(member => member.Training.Date),
    };

    private static string? Said(List<ModelManifest> members, Func<TrainingProvenance, string?> what) =>
        members.Select(member => what(member.Training)).OfType<string>().Distinct().ToList() is [_, ..] all ? string.Join(" and ", all) : null;

    // What any of them saw; unknown where it is of one of them.
    private static TrainingRange? Range(List<ModelManifest> members) => members.Any(member => member.Range is null)
        ? null
        : members.Select(member => member.Range!).Aggregate((one, other) => new TrainingRange(
            Both(one.FieldOfViewMm, other.FieldOfViewMm),
            Both(one.VoxelSizeMm, other.VoxelSizeMm),
            Both(one.VolumeMl, other.VolumeMl),
            one.LabelVolumesMl?.Zip(other.LabelVolumesMl!, Both).ToList()));

    private static Extremes Both(Extremes one, Extremes other) => new(Math.Min(one.Min, other.Min), Math.Max(one.Max, other.Max));

    private static AxisExtremes Both(AxisExtremes one, AxisExtremes other) =>
        new([.. one.Min.Zip(other.Min, Math.Min)], [.. one.Max.Zip(other.Max, Math.Max)]);
}
