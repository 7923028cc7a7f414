namespace Sassnet.Training.Preparation;

/// <summary>Scans that are in the folder twice, under whatever names: they would weigh double, or be trained on and validated with.</summary>
internal static class Duplicates
{
    /// <summary>
    /// The cases in their order, all of the same voxels but one with a fault that names that one: a sound one with a label before one without, then the first.
    /// </summary>
    public static IReadOnlyList<InspectedCase> Marked(IReadOnlyList<InspectedCase> cases)
    {
        var kept = cases
            .Where(inspected => inspected.Scan is not null)
            .GroupBy(inspected => Content(inspected.Scan!))
            .ToDictionary(same => same.Key, same => same.OrderByDescending(inspected => inspected.IsSound).ThenByDescending(inspected => inspected.IsLabelled).First());
        return [.. cases.Select(Marked)];

        InspectedCase Marked(InspectedCase inspected)
        {
            if (inspected.Scan is not { } scan || kept[Content(scan)] is var other && other == inspected)
                return inspected;
            return inspected with { Faults = [.. inspected.Faults, $"The image has the same voxels as {other.Name}; accepted: every scan once."] };
        }
    }

    private static (UInt128 Hash, long Count) Content(ScanFacts scan) => (scan.VoxelHash, scan.Size.Count);
}
