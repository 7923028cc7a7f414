using Sassnet.Training.Seeds;
using Xunit;

namespace Sassnet.Training.Tests.Seeds;

public sealed class RandomNumbersTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData(1, 0, 17154914556750032435, 15481925071032317162)]
    [InlineData(20, 7, 1260077157471536945, 2544485435070029324)]
    public void The_stream_of_a_seed_never_changes_as_published_phantoms_are_named_by_it(ulong seed, ulong stream, ulong first, ulong second)
    {
        var random = new RandomNumbers(seed, stream);
        Assert.Equal((first, second), (random.NextBits(), random.NextBits()));
    }

    [Fact]
    public void Units_fill_their_interval_evenly()
    {
        var random = new RandomNumbers(1);
        var units = Enumerable.Range(0, Draws).Select(_ => random.NextUnit()).ToList();
        Assert.DoesNotContain(units, unit => unit is not (>= 0 and < 1));
        Assert.InRange(units.Average(), 0.497, 0.503);
        for (var tenth = 0; tenth < 10; tenth++)
            Assert.InRange(units.Count(unit => (int)(unit * 10) == tenth) / (double)Draws, 0.096, 0.104);
    }

    [Fact]
    public void Normals_have_mean_zero_variance_one_and_a_normal_shape()
    {
        var random = new RandomNumbers(2);
        var normals = Enumerable.Range(0, Draws).Select(_ => random.NextNormal()).ToList();
        Assert.InRange(normals.Average(), -0.01, 0.01);
        Assert.InRange(normals.Average(value => value * value), 0.98, 1.02);
        Assert.InRange(normals.Count(value => Math.Abs(value) < 1) / (double)Draws, 0.67, 0.69);
        Assert.InRange(normals.Count(value => Math.Abs(value) > 2) / (double)Draws, 0.042, 0.049);
    }

    [Fact]
    public void Streams_of_one_seed_are_uncorrelated()
    {
        var (first, second) = (new RandomNumbers(3, 0), new RandomNumbers(3, 1));
        var product = Enumerable.Range(0, Draws).Average(_ => first.NextNormal() * second.NextNormal());
        Assert.InRange(product, -0.01, 0.01);
    }
}
