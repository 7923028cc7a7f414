using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>Gathers what the scans of a run were like, for its package's <see cref="ModelManifest.Range"/>.</summary>
/// <param name="structures">How many structures the masks have.</param>
internal sealed class ObservedRange(int structures)
{
    private const double CubicMillimetresPerMillilitre = 1000;
    private const int Decimals = 3;

    private readonly List<IReadOnlyList<double>> _extents = [];
    private readonly List<IReadOnlyList<double>> _edges = [];
    private readonly List<double[]> _volumes = [];

    /// <summary>Adds a scan that is trained on.</summary>
    /// <param name="grid">The network's grid over it.</param>
    /// <param name="mask">Its structures as read; null for a scan used without its label.</param>
    public void Add(ModelGrid grid, LabelMap? mask)
    {
        _extents.Add(grid.ExtentMm);
        _edges.Add([grid.InputVoxelSize.X, grid.InputVoxelSize.Y, grid.InputVoxelSize.Z]);
        if (mask is not null)
            _volumes.Add([.. Enumerable.Range(1, structures).Select(number => mask.Labels.AsSpan().Count((byte)number) * mask.VoxelSize.Volume / CubicMillimetresPerMillilitre)]);
    }

    /// <summary>The least and the most of what was added, at least one scan with each structure; a structure's volumes are those of the scans that have it.</summary>
    public TrainingRange ToRange() => new(
        Axes(_extents),
        Axes(_edges),
        Volumes([.. _volumes.Select(scan => scan.Sum())]),
        structures == 1 ? null : [.. Enumerable.Range(0, structures).Select(index => Volumes([.. _volumes.Select(scan => scan[index]).Where(volume => volume > 0)]))]);

    private static Extremes Volumes(double[] ofScans) => new(Rounded(ofScans.Min()), Rounded(ofScans.Max()));

    private static AxisExtremes Axes(List<IReadOnlyList<double>> values) => new(
        [.. Enumerable.Range(0, 3).Select(axis => Rounded(values.Min(value => value[axis])))],
        [.. Enumerable.Range(0, 3).Select(axis => Rounded(values.Max(value => value[axis])))]);

    // What would round to nothing stays as it is: of an organ that the scan's end cuts a label may have a single voxel, and no package has a range that begins with 0.
    private static double Rounded(double value) => Math.Round(value, Decimals) is > 0 and var rounded ? rounded : value;
}
