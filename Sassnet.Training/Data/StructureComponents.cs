using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>
/// How many connected components a structure has in a patient, as labels show it: what lies beside them is slips of the pen. An answer keeps as many of its largest
/// ones (<see cref="Sassnet.Model.Packages.Label.Components"/>).
/// </summary>
internal static class StructureComponents
{
    // What less than this share of a structure is made of is no part of it.
    private const double LeastShare = 0.98;

    // Labels in which the structure may have more components than in the others.
    private const double OddLabels = 0.1;

    // Of vessels, lesions and ribs there is no number that fits all patients.
    private const int MostCounted = 4;

    /// <summary>Of each structure, how few of its largest components (26 neighbours) hold all of it but slips; 0 for one that is not there.</summary>
    /// <param name="mask">The structures' numbers, counted from 1, X fastest; 0 elsewhere.</param>
    /// <param name="structures">How many structures there are.</param>
    public static IReadOnlyList<int> Of(LabelMap mask, int structures) => [.. Enumerable.Range(1, structures).Select(number => Of(mask.Only((byte)number)))];

    /// <summary>What suits most labels: the number that nine of ten do with; 0, for all, where that is more than four.</summary>
    /// <param name="inLabels">The number in each label that has the structure (<see cref="Of(LabelMap, int)"/>), at least one.</param>
    public static int Usual(IEnumerable<int> inLabels)
    {
        int[] counts = [.. inLabels.Order()];
        var usual = counts[counts.Length - 1 - (int)(OddLabels * counts.Length)];
        return usual > MostCounted ? 0 : usual;
    }

    private static int Of(LabelMap structure)
    {
        var components = ConnectedComponents.Of(structure.Labels, structure.Size, Connectivity.Corner);
        if (components.Count == 0)
            return 0;
        var count = 1;
        while (count <= MostCounted && components.ShareOfLargest(count) < LeastShare)
            count++;
        return count;
    }
}
