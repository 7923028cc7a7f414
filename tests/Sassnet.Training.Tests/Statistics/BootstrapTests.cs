using Sassnet.Training.Statistics;
using Xunit;

namespace Sassnet.Training.Tests.Statistics;

public sealed class BootstrapTests
{
    [Fact]
    public void Of_many_values_the_interval_is_that_of_the_normal_distribution()
    {
        var values = Enumerable.Range(0, 200).Select(i => (double)i).ToArray();
        var mean = values.Average();
        var error = Math.Sqrt(values.Average(value => Math.Pow(value - mean, 2)) / values.Length);
        var interval = Bootstrap.OfMean(values)!;
        Assert.Equal(mean - (1.96 * error), interval.Low, 0.05 * error);
        Assert.Equal(mean + (1.96 * error), interval.High, 0.05 * error);
    }

    [Fact]
    public void Of_ten_values_the_interval_is_nearly_a_fifth_narrower_than_that_of_Students_t()
    {
        const double Quantile = 2.262; // of 9 degrees of freedom, at 97.5 %
        double[] values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        var error = Math.Sqrt(values.Sum(value => Math.Pow(value - 4.5, 2)) / 9 / 10);
        var interval = Bootstrap.OfMean(values)!;
        Assert.InRange((interval.High - interval.Low) / (2 * Quantile * error), 0.80, 0.85);
    }

    [Fact]
    public void Of_two_values_the_ends_are_the_values_themselves()
    {
        // A quarter of the draws is twice the lower value, a quarter twice the higher: both more than 2.5 %.
        Assert.Equal(new Interval(0.2, 0.8), Bootstrap.OfMean([0.8, 0.2]));
    }

    [Fact]
    public void The_same_values_give_the_same_interval() =>
        Assert.Equal(Bootstrap.OfMean([0.1, 0.5, 0.7, 0.95]), Bootstrap.OfMean([0.1, 0.5, 0.7, 0.95]));

    [Theory]
    [InlineData]
    [InlineData(0.9)]
    public void Fewer_than_two_values_have_no_interval(params double[] values) => Assert.Null(Bootstrap.OfMean(values));
}
