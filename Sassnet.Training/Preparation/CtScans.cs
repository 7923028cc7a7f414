using System.Globalization;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Training.Preparation;

/// <summary>
/// Tells CT from other scans, and finds the window of Hounsfield units that its structures lie in. The unit is absolute, so that one window suits all scans, where
/// a normalisation of each scan by itself would take its meaning away.
/// </summary>
internal static class CtScans
{
    // Air has −1000, and what a scanner gives it lies about there.
    private const double Air = -900;

    // Farther off there is nothing but metal, and the marks that some scanners leave outside of what they image.
    private const float Farthest = 1 << 15;

    private const double LowerShare = 0.005;
    private const double UpperShare = 0.995;
    private const double Step = 10;

    /// <summary>Whether it is CT: by its modality where it is DICOM, else by air among voxels that are all whole numbers.</summary>
    public static bool IsCt(VolumeFile file) => file.Dicom is { } dicom
        ? dicom.Modality == "CT"
        : file.Volume.Voxels.Min() <= Air && Array.TrueForAll(file.Volume.Voxels, float.IsInteger);

    /// <summary>How many voxels of the structures have each number of Hounsfield units.</summary>
    /// <param name="image">The scan.</param>
    /// <param name="mask">The structures, on its grid.</param>
    public static IReadOnlyDictionary<int, long> Labelled(Volume image, LabelMap mask)
    {
        var counts = new Dictionary<int, long>();
        for (var i = 0; i < mask.Labels.Length; i++)
        {
            if (mask.Labels[i] == 0)
                continue;
            var value = (int)MathF.Round(Math.Clamp(image.Voxels[i], -Farthest, Farthest));
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        return counts;
    }

    /// <summary>
    /// The window that all but the lowest and the highest 0.5 % of the structures' voxels lie in, its ends tens; null where a scan is no CT, or none has a label.
    /// </summary>
    public static IReadOnlyList<double>? Window(IReadOnlyCollection<InspectedCase> cases)
    {
        if (cases.Any(inspected => inspected.Scan is not { IsCt: true }))
            return null;
        var counts = new SortedDictionary<int, long>();
        foreach (var (value, count) in cases.SelectMany(inspected => inspected.LabelledHu))
            counts[value] = counts.GetValueOrDefault(value) + count;
        if (counts.Count == 0)
            return null;
        var last = counts.Values.Sum() - 1;

        // Sums with 0 leave no negative zeros.
        var lower = 0 + (Step * Math.Floor(At(counts, (long)Math.Floor(LowerShare * last)) / Step));
        var upper = 0 + (Step * Math.Ceiling(At(counts, (long)Math.Ceiling(UpperShare * last)) / Step));

        // They are equal where all is one value, and a ten.
        return lower < upper ? [lower, upper] : [lower - Step, upper + Step];
    }

    /// <summary>What is to be said of the normalisation, in a line; null where no scan is CT.</summary>
    public static string? Line(IReadOnlyCollection<InspectedCase> cases, IReadOnlyList<double>? window)
    {
        var count = cases.Count(inspected => inspected.Scan is { IsCt: true });
        if (window is [var lower, var upper])
            return string.Create(CultureInfo.InvariantCulture, $"The scans are CT: preprocessing.normalisation is ct-window, with windowHu [{lower}, {upper}], where 99 % of the structures' voxels lie.");
        return count == 0 || count == cases.Count
            ? null
            : $"WARNING {Counted.Of(count, "scan is", "scans are")} CT and {Counted.Of(cases.Count - count, "is", "are")} not, by modality or by the air of Hounsfield units: preprocessing.normalisation is robust-zscore, as for MR. Where all are CT, bring the others to Hounsfield units; else prepare each kind by itself.";
    }

    // The value in a place of the voxels in their order, counted from 0.
    private static double At(SortedDictionary<int, long> counts, long place)
    {
        foreach (var (value, count) in counts)
        {
            place -= count;
            if (place < 0)
                return value;
        }

        return counts.Keys.Last();
    }
}
