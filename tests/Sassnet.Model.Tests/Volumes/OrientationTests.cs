using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Volumes;

public sealed class OrientationTests
{
    [Theory]
    [InlineData("RAS", 2, 0, 0, 0, 3, 0, 0, 0, 4)]
    [InlineData("LPS", -2, 0, 0, 0, -3, 0, 0, 0, 4)]
    [InlineData("SRA", 0, 2, 0, 0, 0, 3, 4, 0, 0)]
    [InlineData("PIL", 0, 0, -2, -3, 0, 0, 0, -4, 0)]
    public void Axis_aligned_affines_have_their_letters(
        string code, double r0, double r1, double r2, double a0, double a1, double a2, double s0, double s1, double s2)
    {
        var affine = new Affine([r0, r1, r2, 10, a0, a1, a2, 20, s0, s1, s2, 30]);

        Assert.Equal(code, Orientation.Of(affine).Code);
    }

    [Fact]
    public void Oblique_axes_take_the_letter_they_lie_closest_to_whatever_the_voxel_size()
    {
        // 30 degrees about S: cos 0.866, sin 0.5; the second axis has voxels ten times as long.
        var affine = new Affine([0.866, -5, 0, 0, 0.5, 8.66, 0, 0, 0, 0, -1, 0]);

        Assert.Equal("RAI", Orientation.Of(affine).Code);
    }

    [Fact]
    public void Every_voxel_axis_has_an_anatomical_axis_of_its_own_even_where_two_lie_closest_to_one()
    {
        var affine = new Affine([1, 0.9, 0, 0, 0.1, 0.5, 0, 0, 0, 0, 1, 0]);

        Assert.Equal("RAS", Orientation.Of(affine).Code);
    }

    [Fact]
    public void Codes_are_read_in_either_case() => Assert.Equal(Orientation.Ras, Orientation.Parse("ras"));

    [Theory]
    [InlineData("")]
    [InlineData("RA")]
    [InlineData("RASL")]
    [InlineData("RLS")]
    [InlineData("RAX")]
    public void Impossible_codes_are_refused_by_name(string code)
    {
        var fault = Assert.Throws<ArgumentException>(() => Orientation.Parse(code));

        Assert.Contains($"'{code}'", fault.Message);
    }

    [Theory]
    [InlineData('R', 'L')]
    [InlineData('L', 'R')]
    [InlineData('A', 'P')]
    [InlineData('P', 'A')]
    [InlineData('S', 'I')]
    [InlineData('I', 'S')]
    public void Every_direction_has_an_opposite(char letter, char opposite) => Assert.Equal(opposite, Orientation.Opposite(letter));
}
