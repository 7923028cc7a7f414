using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Inference.Memory;

public sealed class ActivationMemoryTests
{
    // 409 600 voxels in a window, 2 985 984 in the volume, and 67 108 864 bytes besides.
    private static readonly GridSize Window = new(80, 80, 64);
    private static readonly GridSize Volume = new(144, 144, 144);

    /// <summary>
    /// Of a window 5·16 features, 2 inputs and 2·c outputs in the network's type and 4·c in float32: 352 bytes a voxel in float32 with one structure, 520 with eight, 184 in
    /// bfloat16. Of the volume 2 inputs, and twice both maps of each structure: 24, 136 and 20.
    /// </summary>
    [Theory]
    [InlineData(4, 1, 1, (409_600L * 352) + (2_985_984 * 24) + 67_108_864)]
    [InlineData(4, 1, 8, (409_600L * 520) + (2_985_984 * 136) + 67_108_864)]
    [InlineData(2, 2, 1, (2L * 409_600 * 184) + (2_985_984 * 20) + 67_108_864)]
    public void Windows_take_one_windows_features_and_the_input_the_sums_and_the_maps_of_the_volume(int bytesPerValue, int atOnce, int classes, long expected) =>
        Assert.Equal(expected, ActivationMemory.OfWindows(Volume, Window, 16, bytesPerValue, atOnce, classes));
}
