using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Tests.Inference;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Preprocessing;

public class PreparedScanTests
{
    private static readonly GridSize Size = new(24, 20, 16);

    public static TheoryData<float, Normalisation> Units
    {
        get
        {
            var units = new TheoryData<float, Normalisation>();
            foreach (var unit in new[] { 1e-41f, 1e-38f, 1e-30f, 1e35f, 8e35f })
            {
                foreach (var normalisation in new[] { Normalisation.ZScore, Normalisation.RobustZScore })
                    units.Add(unit, normalisation);
            }

            return units;
        }
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void Intensities_at_the_ends_of_what_a_float_holds_are_normalised_like_any_others(float unit, Normalisation normalisation)
    {
        var scan = Scans.Ellipsoid(Size);
        var expected = Prepare(scan.Voxels, normalisation);
        var prepared = Prepare(Array.ConvertAll(scan.Voxels, voxel => voxel * unit), normalisation);

        // Numbers below 1e-38 have fewer digits.
        var tolerance = unit < 1e-38f ? 1e-2f : 1e-4f;
        Assert.InRange(expected.Zip(prepared, (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);
    }

    [Theory]
    [InlineData(Normalisation.ZScore)]
    [InlineData(Normalisation.RobustZScore)]
    public void Two_values_as_far_apart_as_floats_go_stay_two_values_a_standard_deviation_from_their_mean(Normalisation normalisation)
    {
        var scan = Scans.Ellipsoid(Size).Voxels.Select((_, i) => i % 2 == 0 ? 3.3e38f : -3.3e38f).ToArray();
        Assert.All(Prepare(scan, normalisation, VoxelSize.Unit), value => Assert.Equal(1, Math.Abs(value), 1e-3f));
    }

    [Theory]
    [InlineData(1000f)]
    [InlineData(-0.4321f)]
    [InlineData(-3024f)]
    [InlineData(37.7f)]
    public void Padding_of_any_value_is_left_out_after_resampling_as_that_of_0_is(float padding)
    {
        // Tissue of 300 ± 60 in half of the scan; its corners have some too, so that no border is cut off.
        var (size, random) = (new GridSize(48, 40, 32), new Random(5));
        var scan = new float[size.Count];
        for (var i = 0; i < scan.Length; i++)
        {
            var (x, y, z) = (i % size.X, i / size.X % size.Y, i / (size.X * size.Y));
            var far = Math.Pow((x - 23.5) / 23, 2) + Math.Pow((y - 19.5) / 19, 2) + Math.Pow((z - 15.5) / 15, 2);
            var isCorner = x % 47 == 0 && y % 39 == 0 && z % 31 == 0;
            if (far < 1 || isCorner)
                scan[i] = (float)(300 + (60 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2));
        }

        foreach (var (voxels, model) in ((VoxelSize, double)[])[(new(0.86, 0.86, 1.3), 0.625), (new(1.17, 1.17, 2), 1), (new(0.625, 0.625, 0.625), 1)])
        {
            var specification = new PreprocessingSpecification([model, model, model], "LPS", Normalisation.RobustZScore);
            var expected = Normalised(scan);
            var prepared = Normalised(Array.ConvertAll(scan, voxel => voxel + padding));
            Assert.InRange(expected.Zip(prepared, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-3f);

            float[] Normalised(float[] values) => PreparedScan.Of(new Volume(size, values, Affine.Scaling(voxels)), specification).Image.Voxels;
        }
    }

    [Theory]
    [InlineData(float.MaxValue)]
    [InlineData(-1e-45f)]
    public void A_constant_scan_at_the_ends_is_all_zeros(float value)
    {
        var scan = new float[Size.Count];
        Array.Fill(scan, value);
        Assert.All(Prepare(scan, Normalisation.ZScore), voxel => Assert.Equal(0, voxel));
    }

    [Theory]
    [InlineData(1f, 1e10f)]
    [InlineData(1f, 3e38f)]
    [InlineData(1e-10f, 3e38f)]
    [InlineData(1e-39f, 3e38f)]
    public void A_voxel_that_is_out_of_all_proportion_is_refused(float unit, float damaged)
    {
        var scan = Scans.Ellipsoid(Size).Voxels.Select(voxel => voxel * unit).ToArray();
        scan[100] = damaged;
        var failure = Assert.Throws<InvalidVolumeException>(() => Prepare(scan, Normalisation.RobustZScore));
        Assert.Equal((InvalidVolumeKind.NotServable, "intensities"), (failure.Kind, failure.Slug));
        Assert.Contains(FormattableString.Invariant($"to {damaged:G4}, and some lie more than 1,000,000"), failure.Message, StringComparison.Ordinal);
    }

    private static float[] Prepare(float[] voxels, Normalisation normalisation) => Prepare(voxels, normalisation, new VoxelSize(0.9, 1, 1));

    private static float[] Prepare(float[] voxels, Normalisation normalisation, VoxelSize edges) =>
        PreparedScan.Of(new Volume(Size, voxels, Affine.Scaling(edges)), new PreprocessingSpecification([1, 1, 1], "RAS", normalisation)).Image.Voxels;
}
