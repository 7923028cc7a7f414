using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>
/// Looks whether answers will keep as many components of each structure as its labels have: of two kidneys under one label the largest component is one. Training is the
/// same either way; what is removed afterwards is not.
/// </summary>
internal static class ComponentFit
{
    /// <summary>What would be lost, a sentence for each structure; empty where nothing would.</summary>
    public static IEnumerable<string> Warnings(TrainingOptions options, ScanDataset dataset)
    {
        var found = dataset.Labelled.Select(scan => StructureComponents.Of(new LabelMap(scan.Size, scan.Mask!, scan.Affine), options.Structures.Count)).ToList();
        foreach (var (index, structure) in options.Structures.Index())
        {
            int[] inLabels = [.. found.Select(scan => scan[index]).Where(count => count > 0)];
            if (structure.Components == 0 || inLabels.Length == 0)
                continue;
            var usual = StructureComponents.Usual(inLabels);
            if (usual > 0 && usual <= structure.Components)
                continue;
            var more = inLabels.Count(count => count > structure.Components);
            yield return $"'{(options.Labels.Length > 0 ? $"labels[{index}]" : "label")}.components' is {structure.Components}, so that answers keep {(structure.Components == 1 ? "the largest piece" : $"the {structure.Components} largest pieces")} of '{structure.Name}', "
                + $"but {more} of its {inLabels.Length} labels have more: the others would be removed. Set it to {usual}{(usual == 0 ? " to keep all" : "")}.";
        }
    }
}
