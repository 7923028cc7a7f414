using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class SeededRandomTests
{
    [Theory]
    [InlineData(1337, "crop", 3, 1, 1649873353)]
    [InlineData(-1, "size", 2000, 0, 1223174354)]
    public void What_a_seed_draws_never_changes_as_runs_are_repeated_by_it(int seed, string purpose, int first, int second, int expected) =>
        Assert.Equal(expected, new SeededRandom(seed).For(purpose, first, second).Next());

    [Fact]
    public void Purposes_and_numbers_have_generators_of_their_own()
    {
        var random = new SeededRandom(1);
        int[] drawn = [.. new[] { ("crop", 0, 0), ("crop", 0, 1), ("crop", 1, 0), ("size", 0, 0) }.Select(key => random.For(key.Item1, key.Item2, key.Item3).Next())];
        Assert.Equal(drawn.Length, drawn.Distinct().Count());
    }
}
