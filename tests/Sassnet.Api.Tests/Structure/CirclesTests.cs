using Xunit;

namespace Sassnet.Api.Tests.Structure;

public sealed class CirclesTests
{
    [Theory]
    [InlineData("a>b b>c a>c", "")]
    [InlineData("a>b b>a", "a b")]
    [InlineData("a>b b>c c>a c>d", "a b c")]
    [InlineData("a>b b>a c>d d>c b>c", "a b|c d")]
    [InlineData("a>b b>c c>b b>d d>b e>a", "b c d")]
    [InlineData("a>a a>b", "")]
    [InlineData("", "")]
    public void A_circle_is_every_node_that_reaches_the_others_and_is_reached_by_them(string edges, string expected)
    {
        var graph = edges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(edge => (edge[..1], edge[2..]));
        Assert.Equal(expected, string.Join('|', Circles.In(graph).Select(circle => string.Join(' ', circle)).Order(StringComparer.Ordinal)));
    }
}
