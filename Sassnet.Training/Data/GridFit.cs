using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>
/// Looks whether a configuration's grid and crops suit the scans, each axis by itself: scans of thick slices are unlike others along one only. What is odd is
/// said and trained all the same, since it may be meant; see <c>docs/adr/0011-thick-slices.md</c>.
/// </summary>
internal static class GridFit
{
    // Twice the scans' voxel size is what the bundled left atrium is trained at.
    private const double MostRatio = 2;

    // A quarter turn of voxels that are longer by less is no more than what a zoom does.
    private const double MostStretch = 1.25;

    /// <summary>What is odd, a sentence each; empty where nothing is.</summary>
    public static IEnumerable<string> Warnings(TrainingOptions options, ScanDataset dataset) => Enumerable.Range(0, 3)
        .SelectMany(axis => (string?[])[dataset.Range is { } range ? Spacing(options.Preprocessing, range.VoxelSizeMm, axis) : null, Crops(options, dataset, axis)])
        .Append(QuarterTurns(options))
        .OfType<string>();

    /// <summary>Whether quarter turns in the plane of the first two axes keep shapes, since their voxels are about as long along both.</summary>
    public static bool CanTurn(IReadOnlyList<double> spacingMm) => Math.Max(spacingMm[0] / spacingMm[1], spacingMm[1] / spacingMm[0]) <= MostStretch;

    private static string? QuarterTurns(TrainingOptions options) => options.Preprocessing.SpacingMm is var mm && (CanTurn(mm) || !options.Augmentation.Rotate90)
        ? null
        : FormattableString.Invariant($"'augmentation.rotate90' turns the first axis onto the second, whose voxels measure {mm[0]:G4} and {mm[1]:G4} mm: that stretches what is in a crop. Set it to false, or name the coarse axis last in 'preprocessing.orientation'.");

    private static string? Spacing(PreprocessingOptions preprocessing, AxisExtremes scans, int axis)
    {
        var (mm, least, most) = (preprocessing.SpacingMm[axis], scans.Min[axis], scans.Max[axis]);
        var said = FormattableString.Invariant($"'preprocessing.spacingMm' has {mm:G4} mm along {preprocessing.Orientation[axis]}, and the scans' voxels measure ")
            + (least == most ? FormattableString.Invariant($"{least:G4} mm") : FormattableString.Invariant($"{least:G4} to {most:G4} mm"));
        return mm > MostRatio * least ? FormattableString.Invariant($"{said}: up to {mm / least:G2} of them become one, and what is finer is lost. See that it is meant.")
            : most > MostRatio * mm ? FormattableString.Invariant($"{said}: up to {most / mm:G2} voxels are interpolated from one, which costs time and shows nothing new. See that it is meant.")
            : null;
    }

    private static string? Crops(TrainingOptions options, ScanDataset dataset, int axis)
    {
        var side = options.Crops.Sizes.Max(size => size[axis]);
        var longest = dataset.Labelled.Concat(dataset.Unlabelled).Max(scan => scan.Size[axis]);
        var enough = (longest + VNet.SizeMultiple - 1) / VNet.SizeMultiple * VNet.SizeMultiple;
        return side >= 2 * longest && side > enough
            ? $"'crops.sizes' has {side} voxels along {options.Preprocessing.Orientation[axis]}, and the scans have {longest} at the most: half of such a crop or more is padding, which costs time and teaches nothing. {enough} would hold every scan."
            : null;
    }
}
