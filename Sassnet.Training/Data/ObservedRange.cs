using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>Finds what the scans of a run were like, for its package's <see cref="ModelManifest.Range"/>. Labels of scans used without them are not opened.</summary>
internal static class ObservedRange
{
    private const double CubicMillimetresPerMillilitre = 1000;
    private const int Decimals = 3;

    /// <summary>Reads every scan that was trained on once more.</summary>
    /// <exception cref="Model.Volumes.InvalidVolumeException">A scan cannot be used.</exception>
    public static TrainingRange Of(CaseFiles files, DataSplit split, TrainingOptions options)
    {
        var (extents, edges, volumes) = (new List<IReadOnlyList<double>>(), new List<IReadOnlyList<double>>(), new List<double>());
        var preprocessing = options.Preprocessing.ToSpecification();
        foreach (var name in split.Labelled.Concat(split.Unlabelled))
        {
            var image = files.ReadImage(name);
            var grid = new ModelGrid(preprocessing, image);
            extents.Add(grid.ExtentMm);
            edges.Add([grid.InputVoxelSize.X, grid.InputVoxelSize.Y, grid.InputVoxelSize.Z]);
            if (extents.Count > split.Labelled.Count)
                continue;
            var mask = files.ReadMask(name, image, options.Label.Foreground);
            volumes.Add(mask.Labels.AsSpan().Count((byte)1) * mask.VoxelSize.Volume / CubicMillimetresPerMillilitre);
        }

        return new TrainingRange(Axes(extents), Axes(edges), new Extremes(Rounded(volumes.Min()), Rounded(volumes.Max())));
    }

    private static AxisExtremes Axes(List<IReadOnlyList<double>> values) => new(
        [.. Enumerable.Range(0, 3).Select(axis => Rounded(values.Min(value => value[axis])))],
        [.. Enumerable.Range(0, 3).Select(axis => Rounded(values.Max(value => value[axis])))]);

    private static double Rounded(double value) => Math.Round(value, Decimals);
}
