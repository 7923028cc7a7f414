using Sassnet.Model.Morphology;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Morphology;

public class EuclideanDistanceTransformTests
{
    [Fact]
    public void Matches_the_recorded_distances_of_the_portable_masks() => CheckRecorded(RepositoryFiles.Golden("sdm.safetensors"), masks: 6);

    [Fact]
    public void Matches_the_recorded_distances_of_the_shared_masks() => CheckRecorded(RepositoryFiles.Shared("golden", "sdm.safetensors"), masks: 7);

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.03)]
    [InlineData(3, 0.001)]
    [InlineData(4, 0.97)]
    public void Equals_a_search_over_all_pairs_on_random_anisotropic_grids(int seed, double density)
    {
        var random = new Random(seed);
        for (var trial = 0; trial < 8; trial++)
        {
            var size = new GridSize(random.Next(1, 30), random.Next(1, 16), random.Next(1, 10));
            var voxel = new VoxelSize(0.2 + random.NextDouble(), 0.2 + (2 * random.NextDouble()), 0.2 + (4 * random.NextDouble()));
            var mask = RandomMasks.Make(size, density, random);
            var threads = (trial % 2) + 1;
            AssertClose(BruteForce(mask, size, voxel, toForeground: true), EuclideanDistanceTransform.ToForeground(mask, size, voxel, threads), 1e-5);
            AssertClose(BruteForce(mask, size, voxel, toForeground: false), EuclideanDistanceTransform.ToBackground(mask, size, voxel, threads), 1e-5);
        }
    }

    [Theory]
    [InlineData(3, 300, 2)]
    [InlineData(2, 3, 300)]
    [InlineData(70, 2, 90)]
    public void Equals_a_search_over_all_pairs_where_the_nearest_voxel_is_far_away(int x, int y, int z)
    {
        var size = new GridSize(x, y, z);
        var voxel = new VoxelSize(0.3, 0.7, 0.4);
        foreach (var targets in new[] { 1, 2, 4 })
        {
            var random = new Random(targets);
            var mask = new byte[size.Count];
            for (var i = 0; i < targets; i++)
                mask[random.Next(mask.Length)] = 1;
            AssertClose(BruteForce(mask, size, voxel, toForeground: true), EuclideanDistanceTransform.ToForeground(mask, size, voxel), 1e-5);
        }
    }

    [Fact]
    public void Squares_of_unit_distances_are_whole_numbers_even_far_away()
    {
        var size = new GridSize(400, 300, 200);
        var mask = new byte[size.Count];
        mask[0] = 255;
        var distances = EuclideanDistanceTransform.ToForeground(mask, size, VoxelSize.Unit);
        Assert.Equal((float)Math.Sqrt((399 * 399) + (299 * 299) + (199 * 199)), distances[^1]);
        Assert.Equal((float)Math.Sqrt((17 * 17) + (299 * 299) + (101 * 101)), distances[size.IndexOf(17, 299, 101)]);
    }

    [Fact]
    public void Is_infinite_everywhere_when_there_is_nothing_to_measure_to()
    {
        var size = new GridSize(5, 4, 3);
        Assert.All(EuclideanDistanceTransform.ToForeground(new byte[60], size, VoxelSize.Unit), value => Assert.Equal(float.PositiveInfinity, value));
        var full = new byte[60];
        full.AsSpan().Fill(1);
        Assert.All(EuclideanDistanceTransform.ToBackground(full, size, VoxelSize.Unit), value => Assert.Equal(float.PositiveInfinity, value));
    }

    [Fact]
    public void A_mask_of_another_length_or_no_threads_is_refused()
    {
        var size = new GridSize(5, 4, 3);
        var failure = Assert.Throws<ArgumentException>(() => EuclideanDistanceTransform.ToForeground(new byte[59], size, VoxelSize.Unit));
        Assert.Contains("5x4x3 has 60 voxels; got 59", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => EuclideanDistanceTransform.ToForeground(new byte[60], size, VoxelSize.Unit, 0));
    }

    private static void CheckRecorded(string path, int masks)
    {
        using var file = SafetensorsFile.Open(path);
        var names = file.NamesEndingWith(".edt_outside").ToArray();
        Assert.Equal(masks, names.Length);
        foreach (var name in names)
        {
            var (mask, size) = file.ReadMask($"{name}.mask");
            var unit = EuclideanDistanceTransform.ToForeground(mask, size, VoxelSize.Unit);
            AssertClose(file.ReadArray<float>($"{name}.edt_outside"), unit, 1e-4);
            var spaced = EuclideanDistanceTransform.ToForeground(mask, size, new VoxelSize(1.25, 0.8, 0.625));
            AssertClose(file.ReadArray<float>($"{name}.edt_outside_spacing"), spaced, 1e-4);
        }
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(expected[i] == actual[i] || Math.Abs(expected[i] - actual[i]) <= tolerance, $"Voxel {i}: {actual[i]} instead of {expected[i]}.");
    }

    private static float[] BruteForce(byte[] mask, GridSize size, VoxelSize voxel, bool toForeground)
    {
        var targets = Voxels(size).Where(v => (mask[size.IndexOf(v.X, v.Y, v.Z)] != 0) == toForeground).ToArray();
        return [.. Voxels(size).Select(v => targets.Length == 0 ? float.PositiveInfinity : (float)targets.Min(t => Distance(v, t, voxel)))];
    }

    private static IEnumerable<(int X, int Y, int Z)> Voxels(GridSize size) =>
        from z in Enumerable.Range(0, size.Z) from y in Enumerable.Range(0, size.Y) from x in Enumerable.Range(0, size.X) select (x, y, z);

    private static double Distance((int X, int Y, int Z) a, (int X, int Y, int Z) b, VoxelSize voxel)
    {
        var (x, y, z) = ((a.X - b.X) * voxel.X, (a.Y - b.Y) * voxel.Y, (a.Z - b.Z) * voxel.Z);
        return Math.Sqrt((x * x) + (y * y) + (z * z));
    }
}
