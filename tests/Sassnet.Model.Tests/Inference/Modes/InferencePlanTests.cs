using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Inference.Modes;

public sealed class InferencePlanTests
{
    private static readonly InferenceSpecification Specification = new([64, 64, 48], [32, 32, 24], new Dictionary<string, double>());

    [Theory]
    [InlineData(100, 100, 100, 112L * 112 * 112)]
    [InlineData(96, 64, 48, 96L * 64 * 48)]
    [InlineData(1, 1, 1, 16L * 16 * 16)]
    public void One_pass_takes_the_grid_padded_to_multiples_of_16(int x, int y, int z, long voxels) =>
        Assert.Equal(voxels, InferencePlan.Of(new GridSize(x, y, z), InferenceMode.Whole, Specification).NetworkVoxels);

    [Fact]
    public void Mirrored_passes_take_it_four_times() =>
        Assert.Equal(4 * 112L * 112 * 112, InferencePlan.Of(new GridSize(100, 100, 100), InferenceMode.WholeFlips, Specification).NetworkVoxels);

    [Theory]
    [InlineData(20, 20, 20, 1)]
    [InlineData(64, 64, 48, 1)]
    [InlineData(65, 64, 48, 2)]
    [InlineData(288, 240, 144, 8 * 7 * 5)]
    public void A_sliding_window_takes_every_window_whole(int x, int y, int z, int windows) =>
        Assert.Equal(windows * 64L * 64 * 48, InferencePlan.Of(new GridSize(x, y, z), InferenceMode.Window, Specification).NetworkVoxels);
}
