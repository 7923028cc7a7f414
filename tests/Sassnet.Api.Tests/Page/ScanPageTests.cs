using Microsoft.Playwright;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Page;

/// <summary>The scan itself on the page: drawn as radiologists look at it.</summary>
[Collection(PageService.Name)]
public sealed class ScanPageTests(PageService service)
{
    private const int X = 20;
    private const int Y = 18;
    private const int Z = 16;

    [Fact]
    public async Task Of_MONOCHROME1_the_lowest_values_are_white()
    {
        var (black, white) = (await LevelsAsync("MONOCHROME2"), await LevelsAsync("MONOCHROME1"));

        Assert.True(black.Max() - black.Min() > 100, "The ball is brighter than what is around it.");
        Assert.All(black.Zip(white), pair => Assert.InRange(pair.First + pair.Second, 255 - 8, 255 + 8));
    }

    [Theory]
    [InlineData("axial", 0, 1)]
    [InlineData("coronal", 0, 2)]
    [InlineData("sagittal", 1, 2)]
    public async Task The_patients_right_or_front_is_at_the_left_and_his_front_or_head_at_the_top_as_in_the_preview(string view, int across, int upwards)
    {
        await using var open = await service.SampleAsync();
        await open.Page.CheckAsync($"input[name=view][value={view}]", new PageCheckOptions { Force = true });
        await open.DrawnAsync();

        // The sample lies in RAS: its voxels count to the right, to the front and to the head.
        var low = await open.Page.EvaluateAsync<int[]>("() => [0, 1, 2].map((axis) => Number(document.getElementById(`slice-${axis}`).value))");
        (low[across], low[upwards]) = (8, 8);
        var high = low.ToArray();
        (high[across], high[upwards]) = (40, 40);
        var (start, end) = (await PixelAsync(low), await PixelAsync(high));
        Assert.True(end[0] < start[0] - 50, $"Voxel {high[across]} of axis {across} is drawn at {end[0]}, voxel {low[across]} at {start[0]} from the left.");
        Assert.True(end[1] < start[1] - 50, $"Voxel {high[upwards]} of axis {upwards} is drawn at {end[1]}, voxel {low[upwards]} at {start[1]} from the top.");

        Task<double[]> PixelAsync(int[] voxel) => open.Page.EvaluateAsync<double[]>("voxel => document.getElementById('canvas').viewer.pixelOf(voxel)", voxel);
    }

    private async Task<List<int>> LevelsAsync(string photometric)
    {
        var values = Scan.Voxels(X, Y, Z);
        var ball = new DicomScan { Columns = X, Rows = Y, Slices = Z, Value = (column, row, slice) => (short)values[(((slice * Y) + row) * X) + column] };
        var series = ZipBytes.Of([.. Enumerable.Range(0, Z).Select(slice => ($"{slice}", ball.Slice(slice).Text(0x00280004, "CS", photometric).ToBytes()))]);
        var id = await service.Service.Client.SubmittedAsync(series, "?output=all&model=phantom");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        await open.ShownAsync();
        await open.Page.CheckAsync("input[name=layer][value=none]", new PageCheckOptions { Force = true });
        await open.Page.CheckAsync("input[name=view][value=axial]", new PageCheckOptions { Force = true });
        await open.Page.Locator("#slice-2").FillAsync($"{Z / 2}");
        Assert.Equal(Z / 2, await open.Page.EvaluateAsync<int>($"() => document.getElementById('canvas').viewer.slicesOf([0, 0, {Z / 2}])[2]"));

        // Its middle, which has the ball, and neither the letters of the directions nor the crosshair.
        await open.Page.Locator("#slice-1").FillAsync($"{Y - 3}");
        await open.Page.Locator("#slice-0").FillAsync($"{X - 3}");
        var voxels = from y in Enumerable.Range(4, Y - 8) from x in Enumerable.Range(4, X - 8) select new[] { x, y, Z / 2 };
        return [.. (await open.ColoursAsync(voxels)).Select(colour => (int)colour!.Value.Green)];
    }
}
