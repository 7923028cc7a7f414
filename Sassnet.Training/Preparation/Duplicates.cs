namespace Sassnet.Training.Preparation;

/// <summary>Scans that are in the folder twice, under whatever names: they would weigh double, or be trained on and validated with.</summary>
internal static class Duplicates
{
    /// <summary>
    /// The cases in their order, all of the same voxels but one with a fault that names that one: a sound one with a label before one without, then the first.
    /// </summary>
    public static IReadOnlyList<InspectedCase> Marked(IReadOnlyList<InspectedCase> cases)
    {
        var ranked = cases.Where(inspected => inspected.Scan is not null).OrderByDescending(inspected => inspected.IsSound).ThenByDescending(inspected => inspected.IsLabelled).ToList();
        var same = new Dictionary<(UInt128 Hash, long Count), SortedSet<int>>();
        for (var rank = 0; rank < ranked.Count; rank++)
        {
            // It may be what shows that two which had nothing in common are one scan.
            var ranks = new SortedSet<int> { rank };
            foreach (var content in Contents(ranked[rank].Scan!))
                ranks.UnionWith(same.GetValueOrDefault(content) ?? []);
            foreach (var content in ranks.SelectMany(member => Contents(ranked[member].Scan!)))
                same[content] = ranks;
        }

        return [.. cases.Select(Marked)];

        InspectedCase Marked(InspectedCase inspected)
        {
            if (inspected.Scan is not { } scan || ranked[same[Contents(scan)[0]].Min] is var other && other == inspected)
                return inspected;
            return inspected with { Faults = [.. inspected.Faults, $"The image has the same voxels as {other.Name}; accepted: every scan once."] };
        }
    }

    // Programs store a scan along axes of their own, of which the header tells; a copy that lost its header has its voxels in their old order and says another of them.
    private static (UInt128 Hash, long Count)[] Contents(ScanFacts scan) => [(scan.UprightHash, scan.Size.Count), (scan.VoxelHash, scan.Size.Count)];
}
