using System.Text.Json;
using Sassnet.Model.Metrics;
using Sassnet.Model.Packages;
using Sassnet.Model.Tests.Morphology;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Metrics;

public class RecordedMetricsTests
{
    // The recording's (0.625, 0.625, 1.25), its axes in the order of the grid.
    private static readonly VoxelSize RecordedSpacing = new(1.25, 0.625, 0.625);

    [Fact]
    public void Portable_masks_get_the_scores_of_the_published_evaluation() =>
        Check(RepositoryFiles.Golden("metrics.safetensors"), RepositoryFiles.Golden("metrics.json"));

    [Fact]
    public void Shared_masks_get_the_scores_of_the_published_evaluation() =>
        Check(RepositoryFiles.Shared("golden", "metrics.safetensors"), RepositoryFiles.Shared("golden", "metrics.json"));

    private static void Check(string masks, string scores)
    {
        using var file = SafetensorsFile.Open(masks);
        using var recorded = JsonDocument.Parse(File.ReadAllText(scores));
        var (reference, size) = file.ReadMask("reference");
        var names = file.NamesEndingWith(".prediction").ToArray();
        Assert.Equal(5, names.Length);
        foreach (var name in names)
        {
            var expected = recorded.RootElement.GetProperty(name);
            var prediction = file.ReadArray<byte>($"{name}.prediction");
            var overlap = Overlap.Between(prediction, reference);
            AssertRelative(expected, "dice", overlap.Dice);
            AssertRelative(expected, "jaccard", overlap.Jaccard);
            var voxels = SurfaceDistances.Between(prediction, reference, size, VoxelSize.Unit);
            AssertRelative(expected, "hd95", voxels.HausdorffDistance95);
            AssertRelative(expected, "asd", voxels.AverageSurfaceDistance);
            var spaced = SurfaceDistances.Between(prediction, reference, size, RecordedSpacing);
            AssertRelative(expected, "hd95_spacing", spaced.HausdorffDistance95);
            AssertRelative(expected, "asd_spacing", spaced.AverageSurfaceDistance);
        }
    }

    private static void AssertRelative(JsonElement scores, string name, double actual)
    {
        var expected = scores.GetProperty(name).GetDouble();
        Assert.Equal(expected, actual, 1e-6 * expected);
    }
}
