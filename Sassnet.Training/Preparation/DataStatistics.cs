using Sassnet.Model.Metrics;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;

namespace Sassnet.Training.Preparation;

/// <summary>The spread of a figure over scans.</summary>
/// <param name="Minimum">The least.</param>
/// <param name="Median">The middle one.</param>
/// <param name="Maximum">The greatest.</param>
public sealed record Spread(double Minimum, double Median, double Maximum)
{
    /// <summary>Of one figure per scan, at least one.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] figures = [.. values];
        return new Spread(figures.Min(), Percentile.Of(figures, 50), figures.Max());
    }
}

/// <summary>What a configuration needs to know of the scans.</summary>
/// <param name="SpacingMm">Voxel edges in millimetres along right, front, head.</param>
/// <param name="ExtentMm">The field of view in millimetres along the same axes.</param>
/// <param name="Mean">Each scan's mean intensity. Where it varies, only a normalisation of each scan by itself makes scans alike.</param>
/// <param name="Deviation">Each scan's standard deviation.</param>
public sealed record DataStatistics(IReadOnlyList<Spread> SpacingMm, IReadOnlyList<Spread> ExtentMm, Spread Mean, Spread Deviation)
{
    private const int SpacingDecimals = 3;

    /// <summary>The grid of what of each scan was imaged, along the same axes.</summary>
    public IReadOnlyList<(GridSize Size, VoxelSize Edges)> Grids { get; init; } = [];

    /// <summary>The same of each scan of a training, which holds them all at once, and whether it holds the scan's structures too.</summary>
    public IReadOnlyList<(GridSize Size, VoxelSize Edges, bool HasMask)> Held { get; init; } = [];

    /// <summary>The same of each scan that a training is validated with.</summary>
    public IReadOnlyList<(GridSize Size, VoxelSize Edges)> Validation { get; init; } = [];

    /// <summary>Of CT the window of Hounsfield units that the structures lie in, its lower and its upper end; null where a scan is none.</summary>
    public IReadOnlyList<double>? WindowHu { get; init; }

    /// <summary>The voxel size to train at: the median of each axis, so that half of the scans are not resampled to finer voxels than they have.</summary>
    public double[] ProposedSpacingMm => [.. SpacingMm.Select(axis => Math.Round(axis.Median, SpacingDecimals))];

    /// <summary>How many voxels the largest scan has at another voxel size; 0 where no grid is known.</summary>
    /// <param name="spacingMm">Millimetres along right, front, head.</param>
    internal double MostVoxelsAt(IReadOnlyList<double> spacingMm) => Grids.Select(grid => VoxelsAt(spacingMm, grid.Size, grid.Edges)).DefaultIfEmpty().Max();

    /// <summary>How many bytes the scans of the training take at another voxel size; 0 where none are known.</summary>
    /// <param name="spacingMm">Millimetres along right, front, head.</param>
    internal double BytesHeldAt(IReadOnlyList<double> spacingMm) => Held.Sum(scan => ScanMemory.BytesOf(VoxelsAt(spacingMm, scan.Size, scan.Edges), scan.HasMask));

    /// <summary>How many voxels the validation scans have together at another voxel size; 0 where there are none.</summary>
    /// <param name="spacingMm">Millimetres along right, front, head.</param>
    internal double ValidationVoxelsAt(IReadOnlyList<double> spacingMm) => Validation.Sum(scan => VoxelsAt(spacingMm, scan.Size, scan.Edges));

    /// <summary>Of scans, at least one.</summary>
    public static DataStatistics Of(IReadOnlyCollection<ScanFacts> scans)
    {
        ArgumentNullException.ThrowIfNull(scans);
        int[] axes = [0, 1, 2];
        return new DataStatistics(
            [.. axes.Select(axis => Spread.Of(scans.Select(scan => scan.VoxelSize[axis])))],
            [.. axes.Select(axis => Spread.Of(scans.Select(scan => scan.Size[axis] * scan.VoxelSize[axis])))],
            Spread.Of(scans.Select(scan => scan.Mean)),
            Spread.Of(scans.Select(scan => scan.Deviation)))
        {
            Grids = [.. scans.Select(scan => (scan.Imaged, scan.VoxelSize))],
        };
    }

    // In floating point: the product of three sides can exceed a long.
    private static double VoxelsAt(IReadOnlyList<double> spacingMm, GridSize size, VoxelSize edges)
    {
        var at = Resampler.SizeAt(size, edges, new VoxelSize(spacingMm[0], spacingMm[1], spacingMm[2]));
        return (double)at.X * at.Y * at.Z;
    }
}
