using Sassnet.Training.Phantoms;
using Sassnet.Training.Seeds;
using Xunit;

namespace Sassnet.Training.Tests.Phantoms;

public sealed class ShapeTests
{
    [Theory]
    [InlineData(0, 0, 0, -5)]
    [InlineData(3, 0, 0, -2)]
    [InlineData(0, 5, 0, 0)]
    [InlineData(0, 6, 8, 5)]
    public void Sphere_has_its_exact_distance(double x, double y, double z, double expected)
    {
        var sphere = new Ellipsoid(new Point(1, 2, 3), new Point(5, 5, 5));
        Assert.Equal(expected, sphere.Distance(new Point(1 + x, 2 + y, 3 + z)), 12);
    }

    [Fact]
    public void Ellipsoid_vanishes_on_its_surface_and_is_negative_inside()
    {
        var ellipsoid = new Ellipsoid(default, new Point(10, 5, 2));
        Assert.Equal(0, ellipsoid.Distance(new Point(10, 0, 0)), 12);
        Assert.Equal(0, ellipsoid.Distance(new Point(6, 4, 0)), 12);
        Assert.True(ellipsoid.Distance(new Point(6, 3, 0)) < 0);
        Assert.Equal(-2, ellipsoid.Distance(default), 12);
    }

    [Theory]
    [InlineData(0, 3, 4, 2)]
    [InlineData(-13, 4, 0, 2)]
    [InlineData(0, 0, 0, -3)]
    [InlineData(10, 0, 3, 0)]
    public void Straight_tube_has_its_exact_distance(double x, double y, double z, double expected)
    {
        var tube = new Tube(new Point(-10, 0, 0), default, new Point(10, 0, 0), 3, 3);
        Assert.Equal(expected, tube.Distance(new Point(x, y, z)), 12);
    }

    [Fact]
    public void Tapered_tube_has_its_radii_at_its_ends()
    {
        var tube = new Tube(new Point(0, 0, 0), new Point(5, 0, 0), new Point(10, 0, 0), 4, 1);
        Assert.Equal(-4, tube.Distance(new Point(0, 0, 0)), 12);
        Assert.Equal(-1, tube.Distance(new Point(10, 0, 0)), 1);
    }

    [Theory]
    [InlineData(1, 9, 1)]
    [InlineData(9, 1, 1)]
    [InlineData(2, 2, 1)]
    public void Smooth_union_is_the_minimum_away_from_the_seam_and_a_quarter_of_the_radius_below_it_there(double a, double b, double expected) =>
        Assert.Equal(expected, Shape.SmoothUnion(a, b, 4), 12);

    [Fact]
    public void Veins_carry_blood_beyond_the_label()
    {
        var atrium = Atrium.Draw(new RandomNumbers(5));
        var unlabelled = 0;
        for (var x = -70; x <= 70; x += 2)
        {
            for (var y = -50; y <= 50; y += 2)
            {
                for (var z = -50; z <= 50; z += 2)
                {
                    var (blood, labelled) = atrium.Distances(new Point(x, y, z));
                    Assert.True(labelled >= blood);
                    unlabelled += blood < 0 && labelled > 0 ? 1 : 0;
                }
            }
        }

        Assert.True(unlabelled > 100, $"{unlabelled} points of blood outside the label.");
    }
}
