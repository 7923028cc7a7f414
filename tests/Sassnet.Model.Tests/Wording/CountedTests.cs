using Sassnet.Model.Wording;
using Xunit;

namespace Sassnet.Model.Tests.Wording;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "0 files")]
    [InlineData(1, "1 file")]
    [InlineData(1_234_567, "1234567 files")]
    public void What_is_counted_agrees_with_the_number(long number, string expected) => Assert.Equal(expected, Counted.Of(number, "file"));

    [Fact]
    public void Whatever_else_agrees_is_said()
    {
        Assert.Equal("1 axis is", Counted.Of(1, "axis is", "axes are"));
        Assert.Equal("3 axes are", Counted.Of(3, "axis is", "axes are"));
        Assert.Equal("is 1 series", Counted.Are(1, "series", "series"));
        Assert.Equal("are 2 series", Counted.Are(2, "series", "series"));
    }
}
