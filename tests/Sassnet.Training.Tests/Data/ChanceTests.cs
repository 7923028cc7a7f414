using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public class ChanceTests
{
    [Fact]
    public void What_is_off_or_always_on_draws_nothing_so_that_the_crops_of_older_configurations_stay_as_they_were()
    {
        var (random, untouched) = (new Random(1), new Random(1));
        Assert.False(Chance.Of(0, 0.5, random));
        Assert.True(Chance.Of(1, 1, random));
        Assert.Equal(untouched.Next(), random.Next());
    }

    [Fact]
    public void A_factor_shrinks_as_often_as_it_grows_and_stays_in_its_range()
    {
        var random = new Random(1);
        var factors = Enumerable.Range(0, 1000).Select(_ => Chance.Factor(1, random)).ToList();
        Assert.All(factors, factor => Assert.InRange(factor, 0.5, 2));
        Assert.InRange(factors.Count(factor => factor < 1), 430, 570);
    }
}
