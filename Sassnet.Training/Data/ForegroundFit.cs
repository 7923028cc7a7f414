using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>
/// Looks whether crops that lie anywhere in a scan meet every structure often enough to learn it: the paper's do, of scans that are cut to the heart. In a step whose
/// crops have nothing of a structure its Dice has next to no gradient. That one is seldom met is said and trained all the same.
/// </summary>
internal static class ForegroundFit
{
    // nnU-Net has a structure in a third of its patches at least (Isensee et al., Nature Methods 2021).
    private const double LeastShare = 1.0 / 3;

    /// <summary>What is odd, in a sentence; empty where nothing is.</summary>
    public static IEnumerable<string> Warnings(TrainingOptions options, ScanDataset dataset)
    {
        if (options.Crops.Foreground > 0)
            return [];
        GridSize[] crops = [.. options.Crops.Sizes.Select(size => new GridSize(size[0], size[1], size[2]))];
        var names = options.StructureNames;
        var shares = dataset.Labelled
            .Select(scan => Array.ConvertAll(StructureBoxes.Of(scan.Mask!, scan.Size, names.Count), box => Share(scan.Size, box, crops, options.Augmentation)))
            .ToList();
        string[] seldom =
        [
            .. names
                .Select((name, index) => (Name: name, Share: shares.Average(scan => scan[index])))
                .Where(one => one.Share < LeastShare)
                .Select(one => FormattableString.Invariant($"{one.Share:P0} meet '{one.Name}'")),
        ];
        return seldom.Length == 0
            ? []
            : [$"'crops.foreground' is 0, so that labelled crops lie anywhere in a scan, and of these at the most {string.Join(", ", seldom)}: the others teach next to nothing of that. Set it to 0.33, say, for a third of them to hold a structure each."];
    }

    /// <summary>How many of the crops that lie anywhere in a scan meet a structure's box, in [0, 1]: at least as many as meet the structure. Zoom, turns by an angle and bending are left out.</summary>
    /// <param name="scan">The scan's grid.</param>
    /// <param name="structure">The structure's box in it; null where the scan has none.</param>
    /// <param name="crops">The crops' sizes, each as often as any other.</param>
    /// <param name="augmentation">Whether crops are quarter-turned, and how far they reach beyond the scan.</param>
    public static double Share(GridSize scan, GridBox? structure, IReadOnlyList<GridSize> crops, AugmentationOptions augmentation)
    {
        if (structure is not { } box)
            return 0;
        return crops
            .SelectMany(crop => augmentation.Rotate90 ? (GridSize[])[crop, new GridSize(crop.Y, crop.X, crop.Z)] : [crop])
            .Average(crop => Along(scan.X, crop.X, box.Start.X, box.End.X) * Along(scan.Y, crop.Y, box.Start.Y, box.End.Y) * Along(scan.Z, crop.Z, box.Start.Z, box.End.Z));

        double Along(int scanSide, int cropSide, int start, int end)
        {
            var places = CropPlaces.Of(scanSide, cropSide, augmentation.Overhang);
            return (double)places.Meeting(cropSide, start, end).Count / places.Count;
        }
    }
}
