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

    // Of vessels and lesions there is no number that fits all patients; of ribs whoever knows it says it.
    private const int MostUsual = 4;

    /// <summary>Of each structure, how few of its largest components (26 neighbours) hold all of it but slips; 0 for one that is not there.</summary>
    /// <param name="mask">The structures' numbers, counted from 1, X fastest; 0 elsewhere.</param>
    /// <param name="kept">Of each structure, how many its answers keep; no more than one beyond these and the usual ones are told apart.</param>
    public static IReadOnlyList<int> Of(LabelMap mask, IReadOnlyList<int> kept) =>
        [.. kept.Select((own, index) => Of(mask.Only((byte)(index + 1)), Math.Max(own, MostUsual) + 1))];

    /// <summary>Whether more than one label of ten has more than an answer keeps.</summary>
    /// <param name="inLabels">The number in each label that has the structure (<see cref="Of(LabelMap, IReadOnlyList{int})"/>).</param>
    /// <param name="kept">How many answers keep; 0 for all.</param>
    public static bool AreMore(IReadOnlyCollection<int> inLabels, int kept) => kept > 0 && inLabels.Count(count => count > kept) > (int)(OddLabels * inLabels.Count);

    /// <summary>What suits most labels: the number that nine of ten do with; 0, for all, where that is more than four.</summary>
    /// <param name="inLabels">The number in each label that has the structure (<see cref="Of(LabelMap, IReadOnlyList{int})"/>), at least one.</param>
    public static int Usual(IEnumerable<int> inLabels)
    {
        int[] counts = [.. inLabels.Order()];
        var usual = counts[counts.Length - 1 - (int)(OddLabels * counts.Length)];
        return usual > MostUsual ? 0 : usual;
    }

    private static int Of(LabelMap structure, int most)
    {
        var components = ConnectedComponents.Of(structure.Labels, structure.Size, Connectivity.Corner);
        if (components.Count == 0)
            return 0;
        var count = 1;
        while (count < most && components.ShareOfLargest(count) < LeastShare)
            count++;
        return count;
    }
}
