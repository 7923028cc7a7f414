using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Pictures.Slices;

public class GreyVolumeTests
{
    [Theory]
    [InlineData(3, 2, 1)]
    [InlineData(67, 65, 63)]
    public void Every_voxel_has_the_level_of_its_value(int x, int y, int z)
    {
        var (size, random) = (new GridSize(x, y, z), new Random(x));
        var voxels = Enumerable.Range(0, (int)size.Count).Select(_ => (float)Math.Round(random.NextDouble() * 1020)).ToArray();
        var window = GreyWindow.Of(voxels);

        Assert.Equal(Array.ConvertAll(voxels, window.Level), GreyVolume.Of(new Volume(size, voxels, Affine.Scaling(VoxelSize.Unit))).Levels);
    }

    [Theory]
    [InlineData(3, 2, 1)]
    [InlineData(67, 65, 63)]
    public void Inverted_each_level_is_that_of_a_negative(int x, int y, int z)
    {
        var (size, random) = (new GridSize(x, y, z), new Random(x));
        var scan = new Volume(size, [.. Enumerable.Range(0, (int)size.Count).Select(_ => (float)random.NextDouble())], Affine.Scaling(VoxelSize.Unit));

        Assert.Equal(Array.ConvertAll(GreyVolume.Of(scan).Levels, level => (byte)(255 - level)), GreyVolume.Of(scan, isInverted: true).Levels);
    }

    [Fact]
    public void What_is_no_number_is_black_and_what_is_infinite_an_end()
    {
        var values = Enumerable.Range(0, 100).Select(i => (i % 4) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => float.NegativeInfinity, _ => 50f }).ToArray();
        var levels = new byte[values.Length];

        new GreyWindow(0, 100).Fill(values, levels);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)((i % 4) switch { 0 => 0, 1 => 255, 2 => 0, _ => 128 })), levels);
    }

    [Fact]
    public void An_image_of_one_value_is_mid_grey()
    {
        var levels = new byte[100];
        new GreyWindow(7, 7).Fill(Enumerable.Repeat(7f, 100).ToArray(), levels);
        Assert.All(levels, level => Assert.Equal(127, level));
    }
}
