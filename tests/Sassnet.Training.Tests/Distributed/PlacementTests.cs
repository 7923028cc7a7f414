using Sassnet.Training.Distributed;
using Xunit;

namespace Sassnet.Training.Tests.Distributed;

public sealed class PlacementTests
{
    [Fact]
    public void Processes_of_one_machine_share_its_memory_whichever_processors_they_are_bound_to()
    {
        byte[][] all = [Placement.Of("one", "0-3"), Placement.Of("one", "4-7"), Placement.Of("two", "0-3"), Placement.Of("one", "0-3")];
        Assert.Equal([(3, 2), (3, 1), (1, 1), (3, 2)], all.Select(own => Placement.Sharing(own, all)));
    }

    [Fact]
    public void A_process_without_others_shares_nothing() => Assert.Equal((1, 1), (World.Alone.OnMachine, Placement.Sharing(Placement.Of("one", "0"), [Placement.Of("one", "0")]).OnProcessors));
}
