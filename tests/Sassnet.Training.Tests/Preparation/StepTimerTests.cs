using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class StepTimerTests
{
    [Theory]
    [InlineData(MethodKind.Sassnet, 1)]
    [InlineData(MethodKind.Sassnet, 3)]
    [InlineData(MethodKind.VNet, 3)]
    public void The_step_that_is_timed_is_of_as_many_structures_as_will_be_learnt(MethodKind method, int structures)
    {
        var timer = new StepTimer(method, 2, structures);
        var crop = new GridSize(16, 16, 16);
        Assert.Equal(structures, timer.Options.Structures.Count);
        Assert.All(timer.Noise(crop).Masks.Concat(timer.Noise(crop).Sdms), one => Assert.Equal(structures * crop.Count, one.Length));
        Assert.True(timer.Time([16, 16, 16], null).Seconds > 0);
    }
}
