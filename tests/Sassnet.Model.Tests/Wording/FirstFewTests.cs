using System.Globalization;
using Sassnet.Model.Wording;
using Xunit;

namespace Sassnet.Model.Tests.Wording;

public sealed class FirstFewTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "1")]
    [InlineData(5, "1, 2, 3, 4, 5")]
    [InlineData(6, "1, 2, 3, 4, 5 and 1 more")]
    [InlineData(12_345, "1, 2, 3, 4, 5 and 12340 more")]
    public void Of_many_the_first_five_are_named_and_the_others_counted(int number, string expected) => Assert.Equal(expected, FirstFew.Of(Names(number)));

    [Fact]
    public void Fewer_or_more_are_named_where_that_is_asked_for()
    {
        Assert.Equal("1, 2 and 2 more", FirstFew.Of(Names(4), most: 2));
        Assert.Equal("1, 2, 3, 4, 5, 6", FirstFew.Of(Names(6), most: 6));
    }

    [Fact]
    public void What_the_others_are_agrees_with_their_number()
    {
        Assert.Equal("<1> and <2> and 1 value more", FirstFew.Of(Names(3), name => $"<{name}>", "value", most: 2, separator: " and "));
        Assert.Equal("<1> and <2> and 2 values more", FirstFew.Of(Names(4), name => $"<{name}>", "value", most: 2, separator: " and "));
        Assert.Equal("<1> and <2>", FirstFew.Of(Names(2), name => $"<{name}>", "value", most: 2, separator: " and "));
    }

    [Fact]
    public void That_there_are_others_can_be_said_without_their_number()
    {
        Assert.Equal("1, 2, 3, 4, 5", FirstFew.AndMore(Names(5)));
        Assert.Equal("1, 2, 3, 4, 5, and more", FirstFew.AndMore(Names(7)));
        Assert.Equal("1, and more", FirstFew.AndMore(Names(7), most: 1));
    }

    private static string[] Names(int number) => [.. Enumerable.Range(1, number).Select(one => one.ToString(CultureInfo.InvariantCulture))];
}
