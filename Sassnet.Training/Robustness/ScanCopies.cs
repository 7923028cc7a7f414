using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Robustness;

/// <summary>The copies that are measured of one scan, and those that nobody would have sent of it, whose figures would tell of no model.</summary>
/// <param name="Made">The scan as it is first.</param>
/// <param name="Unmade">The others.</param>
public sealed record ScanCopies(IReadOnlyList<ScanCopy> Made, IReadOnlyList<UnmadeCopy> Unmade)
{
    private const int ShiftedVoxels = 20;
    private const int CroppedVoxels = 10;
    private const int PaddedVoxels = 30;

    // No more than a quarter of an axis leaves the frame: of a dozen slices a shift as far as in plane would leave none.
    private const int LostShare = 4;
    private const string TooFewVoxels = "so few voxels lie along an axis that none can be spared";

    // Micrometres: what edges differ by beyond them is rounding.
    private const int EdgeDecimals = 3;

    private static readonly (double Gain, double Offset)[] Scales = [(0.1, 0), (4, 0), (1, 1000), (3, -200)];
    private static readonly string[] Orientations = ["RAS", "SAR", "PIR", "ASL"];

    /// <summary>Chooses.</summary>
    /// <param name="size">The scan's grid.</param>
    /// <param name="edges">Its voxels' edges in millimetres.</param>
    /// <param name="normalisation">What the package makes of intensities.</param>
    public static ScanCopies Of(GridSize size, VoxelSize edges, Normalisation normalisation)
    {
        List<(ScanCopy Copy, string? WhyNot)> all =
        [
            (ScanCopy.AsItIs, null),
            .. Scales.Select(scale => (ScanCopy.Rescaled(scale.Gain, scale.Offset), OfScales(normalisation))),
            Resampled(edges),
            .. Orientations.Select(orientation => (ScanCopy.Turned(orientation), (string?)null)),
            .. Enumerable.Range(0, 3).SelectMany(axis => Shifted(size, axis)),
            Cropped(size),
            (ScanCopy.Padded(PaddedVoxels), null),
        ];
        return new ScanCopies(
            [.. all.Where(one => one.WhyNot is null).Select(one => one.Copy)],
            [.. all.Where(one => one.WhyNot is not null).Select(one => new UnmadeCopy(one.Copy, one.WhyNot!))]);
    }

    private static string? OfScales(Normalisation normalisation) =>
        normalisation == Normalisation.CtWindow ? "the package looks at Hounsfield units (ct-window), which are the same on every scanner" : null;

    // Slices twice as thick as the longer edge in plane. Across the slices lies the axis whose edge is not like the two others; where all are alike, the last.
    private static (ScanCopy Copy, string? WhyNot) Resampled(VoxelSize edges)
    {
        var slices = Enumerable.Range(0, 3).Reverse().MinBy(axis => Math.Round(Math.Abs(edges[(axis + 1) % 3] - edges[(axis + 2) % 3]), EdgeDecimals));
        var thick = 2 * Math.Max(edges[(slices + 1) % 3], edges[(slices + 2) % 3]);
        var copy = ScanCopy.Resampled(new VoxelSize(Along(0), Along(1), Along(2)));
        return (copy, Math.Round(thick, EdgeDecimals) > Math.Round(edges[slices], EdgeDecimals) ? null : "slices twice as thick as a voxel is wide would be no thicker than the scan's own");

        double Along(int axis) => axis == slices ? thick : edges[axis];
    }

    private static IEnumerable<(ScanCopy Copy, string? WhyNot)> Shifted(GridSize size, int axis)
    {
        var voxels = Math.Min(ShiftedVoxels, size[axis] / LostShare);
        return ((int[])[voxels, -voxels]).Select(by => (ScanCopy.Shifted((Along(0, by), Along(1, by), Along(2, by))), voxels == 0 ? TooFewVoxels : null));

        int Along(int other, int by) => other == axis ? by : 0;
    }

    private static (ScanCopy Copy, string? WhyNot) Cropped(GridSize size)
    {
        var voxels = (X: Along(0), Y: Along(1), Z: Along(2));
        return (ScanCopy.Cropped(voxels), voxels == (0, 0, 0) ? TooFewVoxels : null);

        // At both faces, and so half as much at each.
        int Along(int axis) => Math.Min(CroppedVoxels, size[axis] / (2 * LostShare));
    }
}

/// <summary>A copy that would make no sense of a scan.</summary>
/// <param name="Copy">Which.</param>
/// <param name="Why">The reason, as a sentence has it behind "since".</param>
public sealed record UnmadeCopy(ScanCopy Copy, string Why);
