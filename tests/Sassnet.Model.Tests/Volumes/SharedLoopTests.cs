using Sassnet.Model.Morphology;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Volumes;

public sealed class SharedLoopTests
{
    [Fact]
    public void Memory_that_runs_out_on_any_core_is_told_as_such()
    {
        Assert.Throws<InsufficientMemoryException>(() => VoxelBlocks.ForEach(1 << 20, (_, _) => throw new InsufficientMemoryException("none is left")));
        Assert.Throws<InsufficientMemoryException>(() => Slices.ForEach(8, -1, _ => throw new InsufficientMemoryException("none is left")));
    }

    [Fact]
    public void What_resampling_meets_is_thrown_as_it_is()
    {
        var (size, axis) = (new GridSize(4, 4, 4), AxisWeights.Between(4, 4, 1));
        var box = GridBox.Whole(size);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GridResampling(axis, axis, axis).Run(new float[size.Count], size, box, [], size, box));
    }
}
