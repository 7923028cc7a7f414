using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>
/// Looks whether answers will keep as many components of each structure as its labels have: of two kidneys under one label the largest component is one. What is removed
/// from answers has no part in the training, but for <c>bcp</c>, which cuts its pseudo-labels likewise.
/// </summary>
internal static class ComponentFit
{
    /// <summary>What would be lost, a sentence for each structure; empty where nothing would.</summary>
    /// <param name="options">How many are kept.</param>
    /// <param name="dataset">The labels.</param>
    /// <param name="isResumed">Whether the run was begun, so that it keeps its configuration.</param>
    public static IEnumerable<string> Warnings(TrainingOptions options, ScanDataset dataset, bool isResumed)
    {
        int[] kept = [.. options.Structures.Select(one => one.Components)];
        var found = dataset.Labelled.Select(scan => StructureComponents.Of(new LabelMap(scan.Size, scan.Mask!, scan.Affine), kept)).ToList();
        foreach (var (index, structure) in options.Structures.Index())
        {
            int[] inLabels = [.. found.Select(scan => scan[index]).Where(count => count > 0)];
            if (!StructureComponents.AreMore(inLabels, structure.Components))
                continue;
            var (key, usual) = ($"{(options.Labels.Length > 0 ? $"labels[{index}]" : "label")}.components", StructureComponents.Usual(inLabels));
            yield return $"'{key}' is {structure.Components}, so that answers{(options.Method == MethodKind.Bcp ? " and pseudo-labels" : "")} keep {(structure.Components == 1 ? "the largest piece" : $"the {structure.Components} largest pieces")} of '{structure.Name}', "
                + $"but {inLabels.Count(count => count > structure.Components)} of its {inLabels.Length} labels have more: the others would be removed. "
                + $"{(isResumed ? "A run that was begun keeps it; in model.json of its package set 'components' of the label" : "Set it")} to {usual}{(usual == 0 ? " to keep all" : "")}.";
        }
    }
}
