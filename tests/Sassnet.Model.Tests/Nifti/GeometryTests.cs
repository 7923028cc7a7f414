using Sassnet.Model.Nifti;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Nifti;

public sealed class GeometryTests
{
    // A turn of 90 degrees about S: (a, b, c, d) = (√½, 0, 0, √½).
    private static readonly double[] QuarterTurn = [0, 0, Math.Sqrt(0.5)];

    [Fact]
    public void Qform_alone_places_the_volume()
    {
        var affine = Read(new NiftiBytes { SformCode = 0, Quaternion = QuarterTurn }).Volume.Affine;

        AssertClose([0, -1.25, 0, -10, 1.5, 0, 0, -20, 0, 0, 2, -30], affine);
    }

    [Theory]
    [InlineData(-1, -2)]
    [InlineData(1, 2)]
    [InlineData(0, 2)]
    public void Qfac_turns_the_third_axis_round(double qfac, double third)
    {
        var affine = Read(new NiftiBytes { SformCode = 0, PixDim = [qfac, 1.5, 1.25, 2, 0, 0, 0, 0] }).Volume.Affine;

        Assert.Equal(third, affine[2, 2]);
    }

    [Fact]
    public void General_quaternion_gives_the_rotation_of_the_standard()
    {
        // Of nifti1.h: R = [[a²+b²−c²−d², 2bc−2ad, 2bd+2ac], …]; a = 0.5 for (0.5, 0.5, 0.5): the axes go round, x → y → z → x.
        var affine = Read(new NiftiBytes { SformCode = 0, Quaternion = [0.5, 0.5, 0.5] }).Volume.Affine;

        AssertClose([0, 0, 2, -10, 1.5, 0, 0, -20, 0, 1.25, 0, -30], affine);
    }

    [Fact]
    public void Sform_alone_places_the_volume()
    {
        double[] rows = [0, -1.25, 0, 5, 0, 0, 2, 6, 1.5, 0, 0, 7];

        AssertClose(rows, Read(new NiftiBytes { QformCode = 0, Quaternion = [9, 9, 9], SRow = rows }).Volume.Affine);
    }

    [Fact]
    public void Sform_comes_before_qform_and_their_disagreement_is_a_warning()
    {
        var file = Read(new NiftiBytes { Quaternion = QuarterTurn });

        AssertClose([1.5, 0, 0, -10, 0, 1.25, 0, -20, 0, 0, 2, -30], file.Volume.Affine);
        Assert.Contains("sform", Assert.Single(file.Warnings).Sentence);
    }

    [Fact]
    public void Rounding_between_qform_and_sform_is_no_disagreement()
    {
        Assert.Empty(Read(new NiftiBytes { QOffset = [-10.001, -20, -30] }).Warnings);
    }

    [Theory]
    [InlineData(1.5, 1.25, 3, "2")]
    [InlineData(1, 1, 1, "1.5, 1.25 and 2")]
    [InlineData(1.5, 1.2, 2, "1.25")]
    public void Edges_of_pixdim_that_the_sform_alone_contradicts_are_a_warning(double x, double y, double z, string said)
    {
        var file = Read(new NiftiBytes { QformCode = 0, PixDim = [1, x, y, z, 0, 0, 0, 0] });

        AssertClose([1.5, 0, 0, -10, 0, 1.25, 0, -20, 0, 0, 2, -30], file.Volume.Affine);
        var warning = Assert.Single(file.Warnings);
        Assert.Equal("pixdim-differs", warning.Slug);
        Assert.Contains(said, warning.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Edges_of_pixdim_that_are_rounded_are_no_contradiction() =>
        Assert.Empty(Read(new NiftiBytes { QformCode = 0, PixDim = [1, 1.51, 1.24, 2.01, 0, 0, 0, 0] }).Warnings);

    [Fact]
    public void Edges_of_0_beside_an_sform_alone_are_one_warning() =>
        Assert.Equal("qform-impossible", Assert.Single(Read(new NiftiBytes { QformCode = 0, PixDim = [1, 0, 0, 0, 0, 0, 0, 0] }).Warnings).Slug);

    [Fact]
    public void Quaternion_longer_than_1_by_rounding_is_a_half_turn()
    {
        var affine = Read(new NiftiBytes { SformCode = 0, Quaternion = [0, 0, 1.00001] }).Volume.Affine;

        AssertClose([-1.5, 0, 0, -10, 0, -1.25, 0, -20, 0, 0, 2, -30], affine);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1000)]
    [InlineData(2, 1)]
    [InlineData(3, 0.001)]
    [InlineData(2 + 8, 1)]
    public void Affine_is_in_millimetres_and_the_geometry_in_the_unit_of_the_header(int units, double factor)
    {
        double[] inUnit = [1.5 / factor, 0, 0, -10 / factor, 0, 1.25 / factor, 0, -20 / factor, 0, 0, 2 / factor, -30 / factor];
        var file = Read(new NiftiBytes { Version = 2, QformCode = 0, XyztUnits = units, SRow = inUnit });

        AssertClose([1.5, 0, 0, -10, 0, 1.25, 0, -20, 0, 0, 2, -30], file.Volume.Affine);
        Assert.Equal(inUnit, file.Geometry.SRow);
        Assert.Equal(units, file.Geometry.XyztUnits);
    }

    [Theory]
    [InlineData(1e-5)]
    [InlineData(5000)]
    public void Voxels_no_scanner_makes_are_refused_with_their_size(double edge)
    {
        var fault = Assert.Throws<InvalidVolumeException>(
            () => Read(new NiftiBytes { QformCode = 0, SRow = [edge, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] }));

        Assert.Equal("geometry", fault.Slug);
    }

    [Fact]
    public void Oblique_axes_at_right_angles_are_not_sheared()
    {
        var (cos, sin) = (Math.Cos(0.3), Math.Sin(0.3));

        Assert.NotNull(Read(new NiftiBytes { QformCode = 0, SRow = [1.5 * cos, -1.25 * sin, 0, 0, 1.5 * sin, 1.25 * cos, 0, 0, 0, 0, 2, 0] }));
    }

    [Fact]
    public void Geometry_of_an_affine_says_it_by_qform_and_by_sform()
    {
        foreach (var affine in Orthogonal())
        {
            var geometry = NiftiGeometry.FromAffine(new GridSize(5, 6, 7), affine);
            foreach (var (qform, sform) in new[] { (1, 0), (0, 1), (1, 1) })
            {
                Assert.Equal((1, 1, 2), (geometry.QformCode, geometry.SformCode, geometry.XyztUnits));
                var file = Read(new NiftiBytes
                {
                    Version = 2,
                    QformCode = qform,
                    SformCode = sform,
                    PixDim = [.. geometry.PixDim],
                    Quaternion = [.. geometry.Quaternion],
                    QOffset = [.. geometry.QOffset],
                    SRow = [.. geometry.SRow],
                });

                // A half turn's a = 0 comes back from the other three as the root of their rounding, 1e-8.
                AssertClose(Rows(affine), file.Volume.Affine, 1e-7);
                Assert.Empty(file.Warnings);
            }
        }
    }

    [Fact]
    public void Geometry_of_a_sheared_affine_has_an_sform_only()
    {
        var geometry = NiftiGeometry.FromAffine(new GridSize(5, 6, 7), new Affine([1, 0.3, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]));

        Assert.Equal((0, 1), (geometry.QformCode, geometry.SformCode));
    }

    [Fact]
    public void Grids_beyond_16_bits_are_nifti_2()
    {
        Assert.Equal(1, NiftiGeometry.FromAffine(new GridSize(32767, 2, 2), Affine.Scaling(VoxelSize.Unit)).NiftiVersion);
        Assert.Equal(2, NiftiGeometry.FromAffine(new GridSize(2, 32768, 2), Affine.Scaling(VoxelSize.Unit)).NiftiVersion);
    }

    /// <summary>Rotations about every axis and half turns, right- and left-handed.</summary>
    private static IEnumerable<Affine> Orthogonal()
    {
        var random = new Random(11);
        for (var i = 0; i < 200; i++)
        {
            // Every fourth has a = 0: a half turn, where the sign of the quaternion is free.
            double[] q = [i % 4 == 0 ? 0 : random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5];
            if (i % 16 == 0)
                q = [0, i % 48 == 0 ? 1 : 0, i % 48 == 16 ? 1 : 0, i % 48 == 32 ? 1 : 0];
            var length = Math.Sqrt(q.Sum(x => x * x));
            var (a, b, c, d) = (q[0] / length, q[1] / length, q[2] / length, q[3] / length);
            var flip = i % 2 == 0 ? 1 : -1;
            yield return new Affine(
            [
                1.5 * ((a * a) + (b * b) - (c * c) - (d * d)), 1.25 * 2 * ((b * c) - (a * d)), flip * 2 * 2 * ((b * d) + (a * c)), 10,
                1.5 * 2 * ((b * c) + (a * d)), 1.25 * ((a * a) + (c * c) - (b * b) - (d * d)), flip * 2 * 2 * ((c * d) - (a * b)), 20,
                1.5 * 2 * ((b * d) - (a * c)), 1.25 * 2 * ((c * d) + (a * b)), flip * 2 * ((a * a) + (d * d) - (b * b) - (c * c)), 30,
            ]);
        }
    }

    private static double[] Rows(Affine affine) => [.. Enumerable.Range(0, 12).Select(i => affine[i / 4, i % 4])];

    private static void AssertClose(double[] expected, Affine actual, double tolerance = 1e-5)
    {
        for (var i = 0; i < 12; i++)
            Assert.Equal(expected[i], actual[i / 4, i % 4], tolerance);
    }

    private static VolumeFile Read(NiftiBytes bytes)
    {
        using var stream = new MemoryStream(bytes.ToBytes());
        return VolumeFile.Read(stream, ct: TestContext.Current.CancellationToken);
    }
}
