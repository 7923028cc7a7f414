using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Inference.Passes;

public class WindowGridTests
{
    [Fact]
    public void The_published_setting_has_45_windows_on_a_scan_of_the_benchmark()
    {
        var windows = new WindowGrid(new GridSize(175, 132, 88), new GridSize(112, 112, 80), new GridSize(18, 18, 4));
        Assert.Equal(45, windows.Count);
        Assert.Equal(45, windows.Origins.Count());
    }

    [Fact]
    public void The_last_window_ends_with_the_volume()
    {
        var windows = new WindowGrid(new GridSize(40, 32, 16), new GridSize(16, 16, 16), new GridSize(10, 16, 5));
        Assert.Equal([0, 10, 20, 24], windows.Origins.Select(origin => origin.X).Distinct());
        Assert.Equal([0, 16], windows.Origins.Select(origin => origin.Y).Distinct());
        Assert.Equal([0], windows.Origins.Select(origin => origin.Z).Distinct());
    }

    [Fact]
    public void Coverage_counts_the_windows_over_each_voxel()
    {
        var windows = new WindowGrid(new GridSize(40, 21, 16), new GridSize(16, 16, 16), new GridSize(10, 7, 5));
        var counted = new int[40, 21];
        foreach (var (x, y, _) in windows.Origins)
        {
            for (var i = x; i < x + 16; i++)
            {
                for (var j = y; j < y + 16; j++)
                    counted[i, j]++;
            }
        }

        for (var i = 0; i < 40; i++)
        {
            for (var j = 0; j < 21; j++)
                Assert.Equal(counted[i, j], windows.Coverage(0)[i] * windows.Coverage(1)[j] * windows.Coverage(2)[0]);
        }
    }

    [Fact]
    public void A_volume_smaller_than_the_window_is_refused() =>
        Assert.Throws<ArgumentException>(() => new WindowGrid(new GridSize(15, 16, 16), new GridSize(16, 16, 16), new GridSize(1, 1, 1)));
}
