using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training.Preparation;

/// <summary>Sees that each of several structures can be learned: that a case which is trained on has it, whatever cases lack it.</summary>
internal static class LearnableStructures
{
    /// <summary>Throws where one cannot.</summary>
    /// <param name="options">What is told from the background, and whose the cases are.</param>
    /// <param name="cases">Sound cases.</param>
    /// <param name="split">What they are used for.</param>
    /// <param name="folds">The folds, where there are any.</param>
    /// <exception cref="InvalidConfigurationException">No label has anything of a structure, or none that is trained on, in the split or in a fold.</exception>
    public static void Require(PreparationOptions options, IReadOnlyList<InspectedCase> cases, PatientSplit split, IReadOnlyList<PatientSplit> folds)
    {
        foreach (var (index, structure) in options.Structures.Index())
        {
            var having = cases.Where(inspected => inspected.Structures.Contains((byte)(index + 1))).Select(inspected => inspected.Name).ToHashSet();
            if (having.Count == 0)
                throw new InvalidConfigurationException($"No sound case has a voxel of {structure.Name} ({structure.Shown}) in its label, so that it cannot be learned; accepted: structures that some have. Choose them by --structures.");
            if (!split.Labelled.Any(having.Contains))
                throw new InvalidConfigurationException($"{Only(structure, having)} for validation, so that it could not be learned; accepted: one case or more to learn it from. Another --seed or --validation-share chooses others, or leave it out of --structures.");
            if (folds.Index().FirstOrDefault(fold => !fold.Item.Labelled.Any(having.Contains)) is { Item: not null, Index: var without })
                throw new InvalidConfigurationException($"{Only(structure, having)} for validation in {FoldLists.Folder(without)}, so that it could not be learned there; accepted: one case or more to learn it from. {(having.Select(options.PatientOf).Distinct().Count() == 1 ? "What has it is of one patient, who is in one fold's validation however they are dealt: prepare without --folds" : "Another --seed or number of --folds deals them otherwise")}, or leave it out of --structures.");
        }
    }

    private static string Only(LabelledStructure structure, HashSet<string> having) =>
        $"{structure.Name} ({structure.Shown}) is in {Counted.Of(having.Count, "label")} alone, and {(having.Count == 1 ? "its case is" : "their cases are")}";
}
