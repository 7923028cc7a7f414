using Sassnet.Model.Pictures.Slices;
using SkiaSharp;
using Xunit;

namespace Sassnet.Model.Tests.Pictures.Slices;

public sealed class MarchingSquaresTests
{
    [Fact]
    public void A_disc_is_outlined_at_its_radius_to_a_hundredth_of_a_sample()
    {
        var field = Field(41, 31, (x, y) => 9.3 - Math.Sqrt(((x - 20) * (x - 20)) + ((y - 15) * (y - 15))));
        var line = Assert.Single(new MarchingSquares(field, 0).Run());
        Assert.True(line.Length > 50);
        Assert.All(line, point => Assert.Equal(9.3, Math.Sqrt(Math.Pow(point.X - 20, 2) + Math.Pow(point.Y - 15, 2)), 0.02));
        Assert.Equal(Math.PI * 9.3 * 9.3, Math.Abs(Area(line)), 1.0);
    }

    [Fact]
    public void A_hole_is_outlined_the_other_way_round()
    {
        var ring = Field(9, 9, (x, y) => Math.Max(Math.Abs(x - 4), Math.Abs(y - 4)) is 1 or 2 ? 1 : 0);
        var lines = new MarchingSquares(ring, 0.5f).Run();
        Assert.Equal(2, lines.Count);
        Assert.Equal(-1, Math.Sign(Area(lines[0])) * Math.Sign(Area(lines[1])));
    }

    [Fact]
    public void A_region_cut_by_the_border_is_closed_half_a_sample_beyond_it()
    {
        var line = Assert.Single(new MarchingSquares(Field(4, 3, (_, _) => 1), 0.5f).Run());
        Assert.Equal((-0.5f, 3.5f), (line.Min(point => point.X), line.Max(point => point.X)));
        Assert.Equal((-0.5f, 2.5f), (line.Min(point => point.Y), line.Max(point => point.Y)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    public void Samples_that_touch_at_a_corner_are_joined_where_the_cell_is_inside_on_average(float others, int lines)
    {
        // The two on the falling diagonal are far inside; whether the other two pull the middle below decides.
        var field = new PlaneSlice(2, 2, [2, others * 0.9f, others * 0.9f, 2]);
        Assert.Equal(lines, new MarchingSquares(field, 1.01f).Run().Count);
    }

    [Fact]
    public void Nothing_inside_gives_no_line() => Assert.Empty(new MarchingSquares(Field(5, 5, (_, _) => 0), 0.5f).Run());

    [Fact]
    public void Smoothing_keeps_an_area_and_moves_no_point_by_half_a_voxel()
    {
        var mask = Field(40, 40, (x, y) => ((x - 20) * (x - 20)) + ((y - 20) * (y - 20)) < 150 ? 1 : 0);
        var line = Assert.Single(new MarchingSquares(mask, 0.5f).Run());
        var smooth = LineSmoothing.Apply(line);
        Assert.Equal(Math.Abs(Area(line)), Math.Abs(Area(smooth)), 3.0);
        Assert.All(line.Zip(smooth), pair => Assert.InRange(SKPoint.Distance(pair.First, pair.Second), 0, 0.5));
    }

    private static PlaneSlice Field(int width, int height, Func<int, int, double> value)
    {
        var values = new float[width * height];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)value(i % width, i / width);
        return new PlaneSlice(width, height, values);
    }

    // The shoelace formula.
    private static double Area(SKPoint[] line)
    {
        var sum = 0.0;
        for (var i = 0; i < line.Length; i++)
        {
            var (a, b) = (line[i], line[(i + 1) % line.Length]);
            sum += ((double)a.X * b.Y) - ((double)b.X * a.Y);
        }

        return sum / 2;
    }
}
