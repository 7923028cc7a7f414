using Sassnet.Api.Jobs.Execution;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Execution;

public sealed class RoomSharesTests
{
    // In the order in which they ended: a holds 30 and b 50, of which 10 have not ended.
    private static readonly StoredJob[] Stored =
    [
        new("b1", "b", 10, true), new("a1", "a", 10, true), new("b2", "b", 10, true), new("b3", "b", 10, true), new("a2", "a", 10, true), new("b4", "b", 10, true),
        new("a3", "a", 10, true), new("b5", "b", 10, false),
    ];

    [Theory]
    [InlineData("a", 20, 100, "")]
    [InlineData("a", 40, 100, "a1 a2")]
    [InlineData("a", 30, 60, "a1 a2 b1 a3 b2")]
    [InlineData("c", 10, 80, "b1")]
    [InlineData("c", 20, 60, "b1 b2 b3 a1")]
    [InlineData("c", 20, 59, null)]
    [InlineData("c", 30, 80, null)]
    [InlineData("b", 50, 80, null)]
    [InlineData("b", 40, 80, "b1 b2 b3 b4")]
    public void Whoever_holds_the_most_gives_first_and_then_the_caller_and_never_who_holds_no_more_than_he_would(string caller, int bytes, int most, string? going) =>
        Assert.Equal(going, Joined(new RoomShares(Stored).For(caller, bytes, most, isOwnOnly: false)));

    [Theory]
    [InlineData("a", 30, "a1 a2 a3")]
    [InlineData("a", 31, null)]
    [InlineData("c", 1, null)]
    public void For_a_copy_only_the_callers_own_go(string caller, int bytes, string? going) =>
        Assert.Equal(going, Joined(new RoomShares(Stored).For(caller, bytes, 80, isOwnOnly: true)));

    [Fact]
    public void What_is_beyond_the_room_goes_of_whoever_holds_the_most_as_far_as_it_may()
    {
        Assert.Equal("b1 b2", Joined(new RoomShares(Stored).Beyond(60)));
        Assert.Equal(7, new RoomShares(Stored).Beyond(0).Count);
    }

    [Fact]
    public void What_a_caller_has_just_made_stays_while_the_old_results_of_another_fill_the_store()
    {
        StoredJob[] stored = [new("old1", "a", 100, true), new("old2", "a", 100, true), new("new", "c", 10, true)];
        Assert.Equal("old1", Joined(new RoomShares(stored).For("c", 20, 210, isOwnOnly: false)));
    }

    private static string? Joined(IReadOnlyList<string>? going) => going is null ? null : string.Join(' ', going);
}
