using Sassnet.Model.Morphology;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Morphology;

public class SignedDistanceMapTests
{
    private static readonly GridSize Small = new(5, 4, 3);

    [Fact]
    public void Matches_the_recorded_maps_of_the_portable_masks() => CheckRecorded(RepositoryFiles.Golden("sdm.safetensors"), masks: 7);

    [Fact]
    public void Matches_the_recorded_maps_of_the_shared_masks() => CheckRecorded(RepositoryFiles.Shared("golden", "sdm.safetensors"), masks: 8);

    [Fact]
    public void A_slab_has_the_values_computed_by_hand()
    {
        // Along X: three background voxels, then five of foreground up to the crop's edge, which is no boundary.
        byte[] mask = [0, 0, 0, 1, 1, 1, 1, 1];
        float[] expected = [1, 2f / 3, 1f / 3, 0, -2f / 5, -3f / 5, -4f / 5, -1];
        var map = SignedDistanceMap.Normalised(mask, new GridSize(8, 1, 1));
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], map[i], 1e-6f);
    }

    [Fact]
    public void Without_a_boundary_the_normalised_map_is_zero()
    {
        Assert.All(SignedDistanceMap.Normalised(new byte[60], Small), value => Assert.Equal(0, value));
        Assert.All(SignedDistanceMap.Normalised(Full(), Small), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Does_not_depend_on_the_number_of_threads()
    {
        var size = new GridSize(37, 29, 23);
        var mask = RandomMasks.Make(size, 0.3, new Random(7));
        Assert.Equal(SignedDistanceMap.Normalised(mask, size, 1), SignedDistanceMap.Normalised(mask, size, 4));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.05)]
    [InlineData(0.95)]
    public void Millimetres_are_the_distance_to_the_other_side_negative_inside(double density)
    {
        var size = new GridSize(21, 18, 11);
        var mask = new LabelMap(size, RandomMasks.Make(size, density, new Random(11)), Affine.Scaling(new VoxelSize(0.625, 0.8, 2.5)));
        var outside = EuclideanDistanceTransform.ToForeground(mask.Labels, size, mask.VoxelSize);
        var inside = EuclideanDistanceTransform.ToBackground(mask.Labels, size, mask.VoxelSize);
        var signed = SignedDistanceMap.Millimetres(mask);
        Assert.Same(mask.Affine, signed.Affine);
        for (var i = 0; i < signed.Voxels.Length; i++)
            Assert.Equal(outside[i] - inside[i], signed.Voxels[i]);
        Assert.Equal(inside.Max(), SignedDistanceMap.LargestInscribedRadiusMm(mask), 1e-5);
    }

    [Fact]
    public void Without_a_boundary_millimetres_are_infinite()
    {
        var affine = Affine.Scaling(new VoxelSize(1, 1, 2));
        var (empty, full) = (new LabelMap(Small, new byte[60], affine), new LabelMap(Small, Full(), affine));
        Assert.All(SignedDistanceMap.Millimetres(empty).Voxels, value => Assert.Equal(float.PositiveInfinity, value));
        Assert.All(SignedDistanceMap.Millimetres(full).Voxels, value => Assert.Equal(float.NegativeInfinity, value));
        Assert.Equal(0, SignedDistanceMap.LargestInscribedRadiusMm(empty));
        Assert.Equal(double.PositiveInfinity, SignedDistanceMap.LargestInscribedRadiusMm(full));
    }

    private static byte[] Full()
    {
        var full = new byte[60];
        full.AsSpan().Fill(1);
        return full;
    }

    private static void CheckRecorded(string path, int masks)
    {
        using var file = SafetensorsFile.Open(path);
        var names = file.NamesEndingWith(".sdm").ToArray();
        Assert.Equal(masks, names.Length);
        foreach (var name in names)
        {
            var (mask, size) = file.ReadMask($"{name}.mask");
            var (expected, actual) = (file.ReadArray<float>($"{name}.sdm"), SignedDistanceMap.Normalised(mask, size));
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-5f);
        }
    }
}
