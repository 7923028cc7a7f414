using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Xunit;

namespace Sassnet.Model.Tests.Preprocessing;

public class IntensityNormaliserTests
{
    // Fewer than a vector, whole vectors, and some more.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(1003)]
    public void Moments_are_those_of_decimal_arithmetic(int count)
    {
        var values = Values(count);
        var mean = values.Average(value => (decimal)(double)value);
        var variance = values.Average(value => ((decimal)(double)value - mean) * ((decimal)(double)value - mean));

        var found = IntensityNormaliser.Moments(values);

        Assert.Equal((double)mean, found.Mean, 1e-9);
        Assert.Equal(Math.Sqrt((double)variance), found.Deviation, 1e-9);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1003)]
    public void Every_value_is_moved_and_scaled_alike(int count)
    {
        var values = Values(count);
        var (mean, deviation) = IntensityNormaliser.Moments(values);
        var expected = Array.ConvertAll(values, value => (value - (float)mean) * (float)(1 / deviation));

        IntensityNormaliser.Normalise(values, Normalisation.ZScore);

        Assert.Equal(expected, values);
    }

    private static float[] Values(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 900) + 100)];
    }
}
